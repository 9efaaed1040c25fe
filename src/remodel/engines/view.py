"""A folder of links that stands for a container's file system: mounts at their targets, for the venv engine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from remodel.engines.engine import Mount


def make_view(view: Path, mounts: Sequence[Mount]) -> None:
    """Make a link in `view` at every mount's target.

    A mount inside another one turns the outer one into a folder of links to its source's entries: nothing is ever
    written into a source.
    """
    for mount in sorted(mounts, key=lambda mount: len(PurePosixPath(mount.target).parts)):
        place = in_view(view, mount.target)
        _open_parents(view, place)
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.is_symlink():
            place.unlink()
        place.symlink_to(mount.source.resolve())


def rewritten(argument: str, view: Path, mounts: Sequence[Mount]) -> str:
    """A command-line argument, put into the view where it is a path at, below or above a mount's target."""
    path = PurePosixPath(argument)
    if not path.is_absolute():
        return argument
    targets = [PurePosixPath(mount.target) for mount in mounts]
    known = any(path.is_relative_to(target) or target.is_relative_to(path) for target in targets)
    return str(in_view(view, argument)) if known else argument


def in_view(view: Path, target: str) -> Path:
    """Where the container's absolute path `target` is in the view."""
    return view / PurePosixPath(target).relative_to("/")


def _open_parents(view: Path, place: Path) -> None:
    for parent in reversed(place.parents):
        if parent != view and parent.is_relative_to(view) and parent.is_symlink():
            source = parent.readlink()
            parent.unlink()
            parent.mkdir()
            for entry in source.iterdir():
                (parent / entry.name).symlink_to(entry)

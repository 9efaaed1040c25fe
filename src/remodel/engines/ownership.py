"""Lend folders to the job's user while it runs. Only root has to: everybody else's jobs run as themselves."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from remodel.errors import EngineError

NOBODY = 65532
"""The user and group of a job that root starts: nobody on any host."""


def is_root() -> bool:
    """Whether this process runs as root."""
    return os.getuid() == 0


@contextlib.contextmanager
def handed_over(folders: Sequence[Path]) -> Iterator[None]:
    """Make `folders` the job's own while it runs, and the caller's again afterwards, with all that was written."""
    if not is_root():
        yield
        return
    for folder in folders:
        give(folder, NOBODY)
    try:
        yield
    finally:
        for folder in folders:
            give(folder, 0)


def take_back(folder: Path) -> None:
    """Make what a job has written the caller's own before the job has ended."""
    if is_root():
        give(folder, 0)


def check_readable(sources: Sequence[Path]) -> None:
    """Raise EngineError where the job's user, who is not root, could not read what is mounted for it."""
    if not is_root():
        return
    for source in sources:
        if path := unreadable(source):
            raise EngineError(f"{path} cannot be read by the container's user", f"Run: chmod -R o+rX {source}")


def unreadable(source: Path) -> Path | None:
    """The first file or folder that only its owner or group may read, or None."""
    inside = (Path(folder) / name for folder, folders, files in os.walk(source) for name in folders + files)
    for path in (source.resolve(), *inside):
        mode = path.lstat().st_mode
        needed = stat.S_IROTH | (stat.S_IXOTH if stat.S_ISDIR(mode) else 0)
        if not stat.S_ISLNK(mode) and mode & needed != needed:
            return path
    return None


def give(path: Path, owner: int) -> None:
    """Change the owner of a file or of everything in a folder; links are changed, never followed."""
    os.chown(path, owner, owner, follow_symlinks=False)
    for folder, folders, files in os.walk(path):
        for name in folders + files:
            os.chown(Path(folder) / name, owner, owner, follow_symlinks=False)

"""Give output folders to the job's user. Only root has to: everybody else's jobs run as themselves."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from remodel.errors import EngineError

NOBODY = 65532
"""The user and group of a job that root starts: nobody on any host."""


def is_root() -> bool:
    """Whether this process runs as root."""
    return os.getuid() == 0


def hand_over(folders: Sequence[Path]) -> None:
    """Make empty folders the job's own. Nothing is given back: whoever takes results over reads them as root, and
    changes nothing in a folder where somebody else may still be at work."""
    if is_root():
        for folder in folders:
            os.chown(folder, NOBODY, NOBODY, follow_symlinks=False)


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

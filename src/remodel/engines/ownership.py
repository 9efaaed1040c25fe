"""Lend folders to the job's user while it runs. Only root has to: everybody else's jobs run as themselves."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

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


def give(path: Path, owner: int) -> None:
    """Change the owner of a file or of everything in a folder; links are changed, never followed."""
    os.chown(path, owner, owner, follow_symlinks=False)
    for folder, folders, files in os.walk(path):
        for name in folders + files:
            os.chown(Path(folder) / name, owner, owner, follow_symlinks=False)

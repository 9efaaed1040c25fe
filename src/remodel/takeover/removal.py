"""Removes folders that others have filled: nothing is followed out of them, and no tree in them is too deep.

shutil.rmtree follows no link either, but holds one descriptor and one frame of the stack a level of the tree.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import stat
from collections.abc import Iterator
from pathlib import Path

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
"""How a folder is opened that somebody may have put a link in place of."""


def remove_folder(path: Path) -> None:
    """Remove a folder and all that is in it, or the file or link that has its name. What cannot be removed stays."""
    with contextlib.suppress(OSError):
        if not stat.S_ISDIR(path.lstat().st_mode):
            path.unlink()
            return
        top = os.open(path, FOLDER)
        try:
            _empty(top)
        finally:
            os.close(top)
        path.rmdir()


def _empty(top: int) -> None:
    """Remove what is in a folder. The folders of a folder in it are moved up before it goes: it never gets deeper."""
    names = (f".removed-{number}" for number in itertools.count())
    waiting = list(_folders(top))
    while waiting:
        name = waiting.pop()
        with contextlib.suppress(OSError):
            inner = _opened(name, top)
            try:
                waiting += [moved for inside in _folders(inner) if (moved := _move(inside, inner, names, top))]
            finally:
                os.close(inner)
            os.rmdir(name, dir_fd=top)


def _folders(folder: int) -> Iterator[str]:
    """Remove what is no folder; the names of the others."""
    with os.scandir(folder) as entries:
        listed = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    for name, is_folder in listed:
        if is_folder:
            yield name
            continue
        with contextlib.suppress(OSError):
            os.unlink(name, dir_fd=folder)


def _move(name: str, source: int, names: Iterator[str], top: int) -> str:
    """Move a folder to `top` under a name that nothing has there; "" where it cannot be moved."""
    for new in names:
        try:
            os.rename(name, new, src_dir_fd=source, dst_dir_fd=top)
            return new
        except FileExistsError:
            continue  # a folder of that name
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.ENOTDIR):
                return ""
    return ""


def _opened(name: str, top: int) -> int:
    """Open a folder, also one that its owner had closed to himself."""
    try:
        return os.open(name, FOLDER, dir_fd=top)
    except PermissionError:
        held = os.open(name, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=top)
    try:
        os.chmod(f"/proc/self/fd/{held}", 0o700)  # noqa: PTH101
        return os.open(f"/proc/self/fd/{held}", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    finally:
        os.close(held)

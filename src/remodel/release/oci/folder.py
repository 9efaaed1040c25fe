"""Opens files of a folder that somebody else wrote: regular files only, below the folder, without following a link."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from remodel.errors import VerificationError
from remodel.files import storage_errors
from remodel.takeover.left import FILE, FOLDER, kind_of

CHUNK = 1 << 20


def chunks(root: Path, name: str, what: str) -> Iterator[bytes]:
    """The bytes of a file; VerificationError where there is none, or a link, a FIFO, a device or a folder in its place.

    A link in place of a folder on the way is one, too; `root` itself is its user's word, and may be a link.
    """
    with _opened(root, PurePosixPath(name), what) as handle, storage_errors(root / name, "read"):
        while chunk := os.read(handle, CHUNK):
            yield chunk


def read(root: Path, name: str, what: str, most: int) -> bytes:
    """The content of a file that has to have `most` bytes at most."""
    content = bytearray()
    for chunk in chunks(root, name, what):
        content += chunk
        if len(content) > most:
            raise VerificationError(f"{what} has more than {most:,} bytes")
    return bytes(content)


def is_there(root: Path, name: str) -> bool:
    """Whether anything has that name, be it a link that leads nowhere."""
    return os.path.lexists(root / name)


@contextlib.contextmanager
def _opened(root: Path, name: PurePosixPath, what: str) -> Iterator[int]:
    with contextlib.ExitStack() as stack:
        with storage_errors(root, "read"):
            handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        stack.callback(os.close, handle)
        for part in name.parent.parts:
            handle = _open(handle, part, FOLDER, what, name)
            stack.callback(os.close, handle)
        handle = _open(handle, name.name, FILE, what, name)
        stack.callback(os.close, handle)
        _require_regular(os.fstat(handle), what, name)
        yield handle


def _open(parent: int, part: str, flags: int, what: str, name: PurePosixPath) -> int:
    """One step. Looked at before: to open a device means something to it."""
    try:
        found = os.stat(part, dir_fd=parent, follow_symlinks=False)
        if flags == FILE:
            _require_regular(found, what, name)
        elif not stat.S_ISDIR(found.st_mode):
            raise VerificationError(f"{what} cannot be read: {kind_of(found.st_mode)} stands in place of {part}/")
        return os.open(part, flags, dir_fd=parent)
    except FileNotFoundError as error:
        raise VerificationError(f"{what} is missing: there is no {name}") from error
    except OSError as error:
        with storage_errors(Path(name), "read"):
            raise error


def _require_regular(found: os.stat_result, what: str, name: PurePosixPath) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise VerificationError(f"{what} cannot be read: {kind_of(found.st_mode)} stands in place of {name}")

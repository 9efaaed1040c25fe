"""Files on the host: what the system says of one becomes a StorageError with advice; whole folders are swapped in.

How one file is written, and the one JSON text of a document, are the contract's: both worlds do it alike.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from contract import bounded, files
from contract.files import canonical_json
from remodel.errors import StorageError

__all__ = ["canonical_json"]

UNFINISHED = ".unfinished."
"""How the name of a folder begins that is being copied to where a finished one will stand."""


SPACE = "Free some space and run the same command again"
RIGHTS = "Make it writable for this user and run the same command again"
IN_THE_WAY = "Something else has that name: remove it and run the same command again"

ADVICE = {
    errno.ENOSPC: SPACE,
    errno.EDQUOT: SPACE,
    errno.EACCES: RIGHTS,
    errno.EPERM: RIGHTS,
    errno.EROFS: "The file system is read-only: make it writable and run the same command again",
    errno.EEXIST: IN_THE_WAY,
    errno.ENOTDIR: IN_THE_WAY,
    errno.EISDIR: IN_THE_WAY,
}
"""What to do about an error number of the system."""


@contextlib.contextmanager
def storage_errors(path: Path, doing: str) -> Iterator[None]:
    """Turn an OSError on `path` into a StorageError that says what to do."""
    try:
        yield
    except OSError as error:
        raise as_storage_error(error, path, doing) from error


def as_storage_error(error: OSError, path: Path | None = None, doing: str = "read or write") -> StorageError:
    """The StorageError for an OSError; without `path`, the error's own file."""
    place = path or error.filename or "a file"
    return StorageError(f"cannot {doing} {place}: {error.strerror or error}", ADVICE.get(error.errno or 0, ""))


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` to `path` whole or not at all; StorageError where it cannot be written."""
    with storage_errors(path, "write"):
        files.write_bytes(path, content)


def write_json(path: Path, document: Any) -> None:
    """Write `document` as canonical JSON, atomically."""
    write_bytes(path, canonical_json(document))


def read_json(path: Path) -> Any:
    """Read a JSON file; a missing or damaged one, or one that is no JSON of ours, is a StorageError that names it."""
    try:
        with storage_errors(path, "read"):
            return bounded.read(path)
    except bounded.Malformed as error:
        raise StorageError(f"{path} is not valid JSON: {error}", "Delete it and build it again") from error


def sha256_file(path: Path) -> str:
    """Hex sha256 of one file's bytes; StorageError where it cannot be read."""
    with storage_errors(path, "read"):
        return files.sha256_file(path)


def replace_folder(source: Path, target: Path) -> None:
    """Put the finished folder `source` where `target` is; a kill in between leaves the old one or none."""
    with storage_errors(target, "write"):
        target.parent.mkdir(parents=True, exist_ok=True)
        remove_abandoned(target.parent, UNFINISHED)
        try:
            _swap(source, target, source.parent)
            return
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
        # A rename does not cross file systems or mounts, and a copy under the final name could be seen half done.
        staging = Path(tempfile.mkdtemp(dir=target.parent, prefix=f"{UNFINISHED}{os.getpid()}-"))
        try:
            _copy(source, staging / "new")
            _swap(staging / "new", target, staging)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    """Copy a folder. shutil.copytree would go on after an error, and hide its number."""
    target.mkdir()
    for path in sorted(source.rglob("*")):
        copy = target / path.relative_to(source)
        if path.is_dir():
            copy.mkdir()
        else:
            shutil.copyfile(path, copy)


def _swap(source: Path, target: Path, spare: Path) -> None:
    """Rename `source` to `target`, whose old content goes to a folder in `spare` and is removed."""
    if not target.exists():
        source.rename(target)
        return
    trash = Path(tempfile.mkdtemp(dir=spare, prefix="trash."))
    target.rename(trash / "old")
    try:
        source.rename(target)
    except OSError:
        (trash / "old").rename(target)
        raise
    shutil.rmtree(trash, ignore_errors=True)


def remove_abandoned(folder: Path, prefix: str = "") -> None:
    """Remove the folders called `<prefix><process number>-...` whose process is gone: SIGKILL left it no time to."""
    for path in folder.glob(f"{prefix}*-*"):
        if not alive(path.name.removeprefix(prefix).partition("-")[0]):
            shutil.rmtree(path, ignore_errors=True)


def alive(process: str) -> bool:
    """Whether a process of this number runs; False for what is no number."""
    try:
        os.kill(int(process), 0)
    except (ValueError, OverflowError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True

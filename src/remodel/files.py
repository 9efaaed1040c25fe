"""Files are written whole or not at all, and JSON always has the same bytes for the same content."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from remodel.errors import StorageError

CHUNK = 1 << 20


@contextlib.contextmanager
def storage_errors(path: Path, doing: str) -> Iterator[None]:
    """Turn an OSError on `path` into a StorageError that says what to do."""
    try:
        yield
    except OSError as error:
        advice = {
            errno.ENOSPC: "Free some space and run the same command again",
            errno.EDQUOT: "Free some space and run the same command again",
            errno.EACCES: "Make it writable for this user and run the same command again",
            errno.EPERM: "Make it writable for this user and run the same command again",
            errno.EROFS: "The file system is read-only: make it writable and run the same command again",
        }.get(error.errno or 0, "")
        raise StorageError(f"cannot {doing} {path}: {error.strerror or error}", advice) from error


def canonical_json(document: Any) -> bytes:
    """The one JSON text of a document: keys sorted, two spaces, UTF-8, one newline at the end, no NaN."""
    text = json.dumps(document, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    return text.encode() + b"\n"


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` to `path` through a temporary name, fsync and rename."""
    with storage_errors(path, "write"):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.chmod(0o644)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def write_json(path: Path, document: Any) -> None:
    """Write `document` as canonical JSON, atomically."""
    write_bytes(path, canonical_json(document))


def read_json(path: Path) -> Any:
    """Read a JSON file; a missing or damaged one is a StorageError that names it."""
    with storage_errors(path, "read"):
        content = path.read_bytes()
    try:
        return json.loads(content)
    except ValueError as error:
        raise StorageError(f"{path} is not valid JSON: {error}", "Delete it and build it again") from error


def sha256_file(path: Path) -> str:
    """Hex sha256 of one file's bytes."""
    digest = hashlib.sha256()
    with storage_errors(path, "read"), path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def sha256_trees(folders: Iterable[Path]) -> str:
    """Hex sha256 over the names and contents of every file below the folders, bytecode left out."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
            name = path.relative_to(folder.parent).as_posix()
            digest.update(f"{name}\0{sha256_file(path)}\n".encode())
    return digest.hexdigest()


def replace_folder(source: Path, target: Path) -> None:
    """Put the finished folder `source` where `target` is; a kill in between leaves the old one or none."""
    with storage_errors(target, "write"):
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.stat().st_dev != target.parent.stat().st_dev:
            # A rename does not cross file systems, and a copy under the final name could be seen half done.
            beside = tempfile.mkdtemp(dir=target.parent, prefix=".new.")
            source = Path(shutil.copytree(source, beside, dirs_exist_ok=True))
        if target.exists():
            trash = Path(tempfile.mkdtemp(dir=source.parent, prefix="trash."))
            target.rename(trash / "old")
            source.rename(target)
            shutil.rmtree(trash, ignore_errors=True)
        else:
            source.rename(target)

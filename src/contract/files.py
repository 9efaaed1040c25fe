"""Files are written whole or not at all, and JSON always has the same bytes for the same content.

Both worlds write with this, so both compute the same sha256 of a document. Standard library only.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

CHUNK = 1 << 20


def canonical_json(document: Any) -> bytes:
    """The one JSON text of a document: keys sorted, two spaces, UTF-8, one newline at the end, no NaN."""
    text = json.dumps(document, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    return text.encode() + b"\n"


def write_bytes(path: Path, content: bytes) -> None:
    """Write `content` to `path` through a temporary name, fsync and rename. Raises OSError that names `path`."""
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def write_json(path: Path, document: Any) -> None:
    """Write `document` as canonical JSON, atomically."""
    write_bytes(path, canonical_json(document))


def sha256_bytes(content: bytes) -> str:
    """Hex sha256 of some bytes."""
    return hashlib.sha256(content).hexdigest()


def sha256_file(path: Path) -> str:
    """Hex sha256 of one file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        chunk = stream.read(CHUNK)
        while chunk:
            digest.update(chunk)
            chunk = stream.read(CHUNK)
    return digest.hexdigest()

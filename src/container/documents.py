"""Reads the documents that the host sends and spells those that go back, each checked against its contract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import contract
from container.errors import BuilderError
from contract import bounded, files


def read(kind: str, path: Path, error_kind: str) -> Any:
    """The document of contract kind `kind` in the file `path`.

    Raises BuilderError of `error_kind` where the file is missing, is not JSON or breaks its contract.
    """
    try:
        document = bounded.read(path)
    except FileNotFoundError:
        raise BuilderError(error_kind, f"{path.name} is missing", "Build the stage before this one again") from None
    except bounded.Malformed as error:
        raise BuilderError(error_kind, f"{path.name} is not valid JSON: {error}", "Build it again") from None
    try:
        return contract.check(kind, document, path.name)
    except contract.ContractError as error:
        raise BuilderError(error_kind, str(error)) from None


def to_bytes(kind: str, document: Any) -> bytes:
    """Canonical JSON of a document of ours; one that breaks its own contract is a defect, and crashes."""
    return files.canonical_json(contract.check(kind, document, f"{kind}.json"))

"""The JSON documents that a build leaves, read and held against their schemas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import contract
from remodel.errors import StorageError
from remodel.files import read_json

REPRODUCE = "Build it again with `dvc repro`"
"""What to do about a damaged result."""


class MissingResult(StorageError):
    """A model of params.yaml has not been built in one of its environments."""

    def __init__(self, model: str, environment: str) -> None:
        self.model, self.environment = model, environment
        super().__init__(f"model {model!r} has no result in environment {environment!r}", "Run `dvc repro`")


def read_document(path: Path, kind: str) -> Any:
    """Read a JSON file and check it against the schema `kind`; StorageError names the file and the place in it."""
    require(path)
    document = read_json(path)
    try:
        return contract.check(kind, document, str(path))
    except contract.ContractError as error:
        raise StorageError(str(error), REPRODUCE) from error


def require(path: Path) -> None:
    """StorageError where a build's file is not there."""
    if not path.is_file():
        raise StorageError(f"{path} is missing", REPRODUCE)

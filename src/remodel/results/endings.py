"""How the build of a model in an environment ended: a result, a recorded failure, or retired and not tried."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import contract
from remodel.errors import RemodelError, UsageError
from remodel.results.documents import MissingResult, read_document
from remodel.results.result import Result, check_owner, read_result
from remodel.results.target import Target

RECORDED = ("build", "recipe")
"""The kinds of error (contract kind "error") that say something about a model in an environment, on every machine."""


@dataclass(frozen=True)
class Failed:
    """The build ended with an error that it described itself."""

    kind: str
    message: str
    advice: str

    def __str__(self) -> str:
        return f"its build failed: {self.message}"


@dataclass(frozen=True)
class Retired:
    """The model's YAML file says that it is not built here."""

    reason: str

    def __str__(self) -> str:
        return f"it is retired: {self.reason}"


class NotBuilt(UsageError):
    """A model is asked something, and how its build ended is that there is none."""

    def __init__(self, target: Target | Path, ending: Failed | Retired) -> None:
        super().__init__(f"{target} holds no model: {ending}", getattr(ending, "advice", ""))


Ending = Result | Failed | Retired
"""What models/<model>/<environment>/ holds."""


def is_recorded(error: RemodelError) -> bool:
    """Whether an error becomes a result instead of stopping the pipeline: no crash, nor this machine's trouble."""
    return error.kind in RECORDED


def failed_document(model: str, environment: str, error: RemodelError) -> dict[str, Any]:
    """The result.json of a build that failed."""
    failure = {"kind": error.kind, "message": error.message, "advice": error.advice}
    return {**_head(model, environment), "status": "failed", "error": failure}


def retired_document(model: str, environment: str, reason: str) -> dict[str, Any]:
    """The result.json of a model that is retired."""
    return {**_head(model, environment), "status": "retired", "reason": reason}


def _head(model: str, environment: str) -> dict[str, Any]:
    return {"schema_version": contract.version("result"), "model": model, "environment": environment}


def read_ending(folder: Path, model: str, environment: str) -> Ending:
    """Read models/<model>/<environment>/; MissingResult where there is no such folder, StorageError if damaged."""
    if not folder.is_dir():
        raise MissingResult(model, environment)
    path = folder / "result.json"
    document = read_document(path, "result")
    if document["status"] == "built":
        return read_result(folder, model, environment)
    check_owner(path, (document["model"], document["environment"]), (model, environment))
    return _unbuilt(document)


def read_status(folder: Path) -> Failed | Retired | None:
    """Why a folder holds no model, or None where it does."""
    document = read_document(folder / "result.json", "result")
    return None if document["status"] == "built" else _unbuilt(document)


def _unbuilt(document: Mapping[str, Any]) -> Failed | Retired:
    return Retired(document["reason"]) if document["status"] == "retired" else Failed(**document["error"])


def read_endings(models: Path, names: Iterable[str], environments: Iterable[str]) -> dict[tuple[str, str], Ending]:
    """How every named model ended in every named environment; other folders are not looked at."""
    pairs = [(model, environment) for model in names for environment in environments]
    return {pair: read_ending(models / pair[0] / pair[1], *pair) for pair in pairs}

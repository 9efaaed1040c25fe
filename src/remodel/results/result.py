"""What a build left in models/<model>/<environment>/, read, checked and held in value classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from remodel.errors import StorageError
from remodel.results.documents import REPRODUCE, MissingResult, read_document
from remodel.results.manifest import Manifest, read_manifest
from remodel.results.scores import Scores, read_scores

if TYPE_CHECKING:
    from remodel.results.answers.answers import Predictions

EXPORTED = "exported"


@dataclass(frozen=True)
class BuildReport:
    """What result.json says of a model that was built.

    onnx: how the export ended, "exported" where there is a model.onnx; no_onnx_reason: why
    there is none, None where there is one; warnings: how often, by (category, message).
    """

    onnx: str
    no_onnx_reason: str | None
    warnings: Mapping[tuple[str, str], int]
    checks: tuple[tuple[str, str], ...] = ()
    """What the recipe says has to hold, and what was found."""


@dataclass(frozen=True)
class Result:
    """Everything about one model in one environment that the comparison looks at."""

    scores: Scores
    predictions: Predictions
    manifest: Manifest
    outcome: BuildReport
    parameters: Mapping[str, str]


def read_report(path: Path) -> BuildReport:
    """Read the result.json of a model that was built."""
    document = read_document(path, "result")
    onnx = document["onnx"]
    reason = onnx["reason"] if onnx["status"] != EXPORTED else None
    warnings = {(warning["category"], warning["message"]): warning["count"] for warning in document["warnings"]}
    checks = tuple((entry["check"], entry["found"]) for entry in document.get("checks", ()))
    return BuildReport(onnx["status"], reason, warnings, checks)


def read_result(folder: Path, model: str, environment: str) -> Result:
    """Read models/<model>/<environment>/; MissingResult where there is no such folder, StorageError if damaged."""
    # Imported here: who reads scores alone needs neither numpy nor pyarrow.
    from remodel.results.answers.kinds import kind_of
    from remodel.results.answers.predictions import read_predictions
    from remodel.results.parameters import read_parameters

    if not folder.is_dir():
        raise MissingResult(model, environment)
    scores = read_scores(folder / "scores.json")
    manifest = read_manifest(folder / "manifest.json")
    outcome = read_report(folder / "result.json")
    for name, part in (("scores.json", scores), ("manifest.json", manifest)):
        check_owner(folder / name, (part.model, part.environment), (model, environment))
    check_onnx(folder, manifest, outcome)
    predictions = read_predictions(folder / "predictions.parquet", kind_of(scores.metrics))
    if predictions.rows != scores.rows:
        raise StorageError(
            f"{folder} has {predictions.rows} rows of predictions and scores of {scores.rows} rows", REPRODUCE
        )
    return Result(scores, predictions, manifest, outcome, read_parameters(folder / "model.skops"))


def check_owner(path: Path, owner: tuple[str, str], expected: tuple[str, str]) -> None:
    """A folder copied by hand would otherwise pass for another model's result."""
    if owner != expected:
        raise StorageError(f"{path} is of {owner[0]} in {owner[1]}, not of {expected[0]} in {expected[1]}", REPRODUCE)


def check_onnx(folder: Path, manifest: Manifest, outcome: BuildReport) -> None:
    """StorageError unless the manifest and result.json agree on whether there is a model.onnx."""
    listed = "model.onnx" in manifest.artifacts
    if listed == (outcome.no_onnx_reason is not None):
        both = ("lists", "says there is none") if listed else ("does not list", "says there is one")
        raise StorageError(f"{folder}: manifest.json {both[0]} model.onnx, result.json {both[1]}", REPRODUCE)

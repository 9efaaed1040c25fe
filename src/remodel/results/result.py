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


@dataclass(frozen=True)
class Outcome:
    """How the build ended: why there is no model.onnx (None where there is one), warnings as (category, message)."""

    no_onnx_reason: str | None
    warnings: Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Result:
    """Everything about one model in one environment that the comparison looks at."""

    scores: Scores
    predictions: Predictions
    manifest: Manifest
    outcome: Outcome
    parameters: Mapping[str, str]


def read_outcome(path: Path) -> Outcome:
    """Read a result.json."""
    document = read_document(path, "result")
    reason = document["onnx"]["reason"] if document["onnx"]["status"] != "exported" else None
    warnings = {(one["category"], one["message"]): one["count"] for one in document["warnings"]}
    return Outcome(reason, warnings)


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
    outcome = read_outcome(folder / "result.json")
    for name, part in (("scores.json", scores), ("manifest.json", manifest)):
        check_owner(folder / name, (part.model, part.environment), (model, environment))
    check_onnx(folder, manifest, outcome)
    predictions = read_predictions(folder / "predictions.parquet", kind_of(manifest.recipe))
    if predictions.rows != scores.rows:
        raise StorageError(
            f"{folder} has {predictions.rows} rows of predictions and scores of {scores.rows} rows", REPRODUCE
        )
    return Result(scores, predictions, manifest, outcome, read_parameters(folder / "model.skops"))


def check_owner(path: Path, found: tuple[str, str], expected: tuple[str, str]) -> None:
    """A folder copied by hand would otherwise pass for another model's result."""
    if found != expected:
        raise StorageError(f"{path} is of {found[0]} in {found[1]}, not of {expected[0]} in {expected[1]}", REPRODUCE)


def check_onnx(folder: Path, manifest: Manifest, outcome: Outcome) -> None:
    """StorageError unless the manifest and result.json agree on whether there is a model.onnx."""
    listed = "model.onnx" in manifest.artifacts
    if listed == (outcome.no_onnx_reason is not None):
        words = ("lists", "says there is none") if listed else ("does not list", "says there is one")
        raise StorageError(f"{folder}: manifest.json {words[0]} model.onnx, result.json {words[1]}", REPRODUCE)

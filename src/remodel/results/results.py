"""What a build left in models/<model>/<environment>/, read, checked and held in value classes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import contract
from remodel.errors import StorageError
from remodel.files import read_json

if TYPE_CHECKING:
    from remodel.predictions import Predictions

METRICS = ("accuracy", "balanced_accuracy", "log_loss", "roc_auc")
"""The metrics of every scores.json, in the order in which reports show them."""

METRIC_TITLES = dict(zip(METRICS, ("accuracy", "balanced accuracy", "log loss", "ROC AUC"), strict=True))
"""The metrics as reports call them."""

REPRODUCE = "Build it again with `dvc repro`"
"""What to do about a damaged result."""


@dataclass(frozen=True)
class Metric:
    """One metric over the folds; `std` is the population's."""

    folds: tuple[float, ...]
    mean: float
    std: float


@dataclass(frozen=True)
class Scores:
    """The cross-validation of one model in one environment."""

    model: str
    environment: str
    cv: str
    rows: int
    metrics: Mapping[str, Metric]


@dataclass(frozen=True)
class Artifact:
    """One file that a build wrote: the hex sha256 and the size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """The part of a manifest that comparison and packaging need: what went in, what came out."""

    model: str
    environment: str
    recipe: Mapping[str, Any]
    recipe_sha256: str
    builder_sha256: str
    snapshot: Mapping[str, str]
    versions: Mapping[str, str]
    threads: int
    cpu_profile: str
    artifacts: Mapping[str, Artifact]

    @property
    def n_splits(self) -> int:
        """Into how many folds the rows were split, each time."""
        return int(self.recipe["cv"]["n_splits"])


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


def read_scores(path: Path) -> Scores:
    """Read a scores.json."""
    document = read_document(path, "scores")
    metrics = {name: _metric(document["metrics"][name], name, path) for name in METRICS}
    counts = {len(metric.folds) for metric in metrics.values()}
    if len(counts) > 1:
        raise StorageError(f"{path} has {min(counts)} folds in one metric and {max(counts)} in another", REPRODUCE)
    return Scores(document["model"], document["environment"], document["cv"], document["rows"], metrics)


def _metric(part: Mapping[str, Any], name: str, path: Path) -> Metric:
    metric = Metric(tuple(map(float, part["folds"])), float(part["mean"]), float(part["std"]))
    for value in (*metric.folds, metric.mean, metric.std):
        if not math.isfinite(value):
            raise StorageError(f"{path} has {value} in the metric {name}", REPRODUCE)
    return metric


def read_manifest(path: Path) -> Manifest:
    """Read a manifest.json."""
    document = read_document(path, "manifest")
    artifacts = {name: Artifact(part["sha256"], part["size"]) for name, part in document["artifacts"].items()}
    source = document["source"]
    return Manifest(
        model=document["model"],
        environment=document["environment"]["name"],
        recipe=source["recipe"],
        recipe_sha256=source["recipe_sha256"],
        builder_sha256=source["builder_sha256"],
        snapshot=document["data"]["files"],
        versions=document["versions"],
        threads=document["threads"],
        cpu_profile=document["cpu_profile"],
        artifacts=artifacts,
    )


def read_outcome(path: Path) -> Outcome:
    """Read a result.json."""
    document = read_document(path, "result")
    reason = document["onnx"]["reason"] if document["onnx"]["status"] != "exported" else None
    warnings = {(one["category"], one["message"]): one["count"] for one in document["warnings"]}
    return Outcome(reason, warnings)


def read_result(folder: Path, model: str, environment: str) -> Result:
    """Read models/<model>/<environment>/; MissingResult where there is no such folder, StorageError if damaged."""
    # Imported here: who reads scores alone needs neither numpy nor pyarrow.
    from remodel.parameters import read_parameters
    from remodel.predictions import read_predictions

    if not folder.is_dir():
        raise MissingResult(model, environment)
    scores = read_scores(folder / "scores.json")
    manifest = read_manifest(folder / "manifest.json")
    outcome = read_outcome(folder / "result.json")
    for name, part in (("scores.json", scores), ("manifest.json", manifest)):
        check_owner(folder / name, (part.model, part.environment), (model, environment))
    check_onnx(folder, manifest, outcome)
    predictions = read_predictions(folder / "predictions.parquet")
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

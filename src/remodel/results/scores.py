"""scores.json: the cross-validation of one model, and the metrics that it has."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remodel.errors import StorageError
from remodel.results.answers.scorers import ALL, Scorer, scorers_of
from remodel.results.documents import REPRODUCE, read_document

METRIC_TITLES = {scorer.name: scorer.title for scorer in ALL}
"""The metrics of all tasks as reports call them."""


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

    @property
    def scorers(self) -> tuple[Scorer, ...]:
        """What the metrics are, in the order in which reports show them."""
        return scorers_of(self.metrics)


def read_scores(path: Path) -> Scores:
    """Read a scores.json; StorageError where a number is not finite, or metrics do not have the same folds."""
    scores = as_scores(read_document(path, "scores"))
    counts = {len(metric.folds) for metric in scores.metrics.values()}
    if len(counts) > 1:
        raise StorageError(f"{path} has {min(counts)} folds in one metric and {max(counts)} in another", REPRODUCE)
    for name, metric in scores.metrics.items():
        for value in (*metric.folds, metric.mean, metric.std):
            if not math.isfinite(value):
                raise StorageError(f"{path} has {value} in the metric {name}", REPRODUCE)
    return scores


def as_scores(document: Mapping[str, Any]) -> Scores:
    """What a document says that was checked to be of kind "scores"."""
    metrics = {scorer.name: _metric(document["metrics"][scorer.name]) for scorer in scorers_of(document["metrics"])}
    return Scores(document["model"], document["environment"], document["cv"], document["rows"], metrics)


def _metric(part: Mapping[str, Any]) -> Metric:
    return Metric(tuple(map(float, part["folds"])), float(part["mean"]), float(part["std"]))

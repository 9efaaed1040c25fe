"""Labels with decision scores: what classifiers answer that tell how far a row is from a boundary, but no chances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Optional

import numpy
import pyarrow
from sklearn import metrics

from builder.answers.answers import Answers, Apart
from builder.answers.labels import Labels
from builder.data import Snapshot
from container.errors import recipe_error


@dataclass(frozen=True)
class LabelsWithDecisions(Labels):
    """labels: texts, shape (rows,). decisions: float64, shape (rows, classes) in the order of the classes; of two
    classes shape (rows, 1), positive for the second.

    Scores besides those of labels: average_precision and roc_auc, for two classes of the second one, for more the mean
    of every class against the rest; nan where a fold has rows of one class alone.
    """

    decisions: numpy.ndarray

    NAME: ClassVar[str] = "decisions"
    METHODS: ClassVar[tuple[str, ...]] = ("predict", "decision_function")
    OUTPUTS: ClassVar[tuple[str, ...]] = ("label", "decision")
    METRICS: ClassVar[tuple[str, ...]] = (*Labels.METRICS, "average_precision", "roc_auc")
    NUMBERS: ClassVar[str] = "decision scores"

    @classmethod
    def of(cls, *parts: Any) -> LabelsWithDecisions:
        labels, decisions = parts
        decisions = numpy.ascontiguousarray(decisions, dtype=numpy.float64)
        return cls(numpy.asarray(labels, dtype=str), decisions.reshape(len(decisions), -1))

    @classmethod
    def blank(cls, snapshot: Snapshot) -> LabelsWithDecisions:
        return cls(Labels.blank(snapshot).labels, numpy.zeros((len(snapshot.y), _width(snapshot.classes))))

    @classmethod
    def check_offered(cls, estimator: Any) -> None:
        super().check_offered(estimator)
        shape = estimator.get_params().get("decision_function_shape")
        if shape == "ovo" and len(estimator.classes_) > 2:
            raise recipe_error(
                f"pipeline.classifier: {type(estimator).__name__} gives a score for each pair of classes",
                "Set decision_function_shape: ovr",
            )

    def columns(self, prefix: str, snapshot: Snapshot) -> dict[str, pyarrow.Array]:
        scores = {
            f"{prefix}_d_{label}": pyarrow.array(numpy.ascontiguousarray(self.decisions[:, position]))
            for position, label in enumerate(_scored(snapshot.classes))
        }
        return {**super().columns(prefix, snapshot), **scores}

    def apart(self, other: Answers) -> Apart:
        """The distance is absolute up to scores of one, and relative to those that are larger."""
        labels, decisions = other.arrays()
        gaps = numpy.abs(decisions - self.decisions) / numpy.maximum(1.0, numpy.abs(self.decisions))
        return Apart(labels != self.labels, numpy.where(numpy.isnan(gaps), numpy.inf, gaps).max(axis=1))

    def scores(
        self, truth: numpy.ndarray, snapshot: Snapshot, weights: Optional[numpy.ndarray] = None
    ) -> dict[str, float]:
        named = [(truth == label, self.decisions[:, k]) for k, label in enumerate(_scored(snapshot.classes))]
        each = [_ranked(hits, scores, weights) for hits, scores in named]
        precision, area = numpy.mean(each, axis=0)
        return {
            **super().scores(truth, snapshot, weights),
            "average_precision": float(precision),
            "roc_auc": float(area),
        }


def _width(classes: list[str]) -> int:
    return len(_scored(classes))


def _scored(classes: list[str]) -> list[str]:
    """The classes that have a score of their own."""
    return classes[1:] if len(classes) == 2 else classes


def _ranked(hits: numpy.ndarray, scores: numpy.ndarray, weights: Optional[numpy.ndarray]) -> tuple[float, float]:
    """Average precision and ROC AUC of the scores of one class."""
    if hits.all() or not hits.any():
        return float("nan"), float("nan")
    by = {"sample_weight": weights}
    return metrics.average_precision_score(hits, scores, **by), metrics.roc_auc_score(hits, scores, **by)

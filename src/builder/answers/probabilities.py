"""Labels with probabilities: what classifiers answer that have `predict_proba`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Optional

import numpy
import pyarrow
from sklearn import metrics

from builder.answers.answers import Answers, Apart
from builder.answers.labels import Labels
from builder.data import Snapshot

SMALLEST = 1e-15
"""Probabilities are cut off here for log_loss: scikit-learn itself cuts at 1e-15 or at 2e-16, by version, which
would show as a difference between models that are the same."""


@dataclass(frozen=True)
class LabelsWithProbabilities(Labels):
    """labels: texts, shape (rows,). probabilities: float64, shape (rows, classes), in the order of the classes.

    Scores: accuracy, balanced_accuracy, log_loss, and roc_auc: for two classes that of the second one (in sorted
    order), for more the mean of every class against the rest.
    """

    probabilities: numpy.ndarray

    NAME: ClassVar[str] = "probabilities"
    METHODS: ClassVar[tuple[str, ...]] = ("predict", "predict_proba")
    OUTPUTS: ClassVar[tuple[str, ...]] = ("label", "probabilities")
    METRICS: ClassVar[tuple[str, ...]] = ("accuracy", "balanced_accuracy", "log_loss", "roc_auc")
    NUMBERS: ClassVar[str] = "probabilities"

    @classmethod
    def of(cls, *parts: Any) -> LabelsWithProbabilities:
        labels, probabilities = parts
        return cls(numpy.asarray(labels, dtype=str), numpy.ascontiguousarray(probabilities, dtype=numpy.float64))

    @classmethod
    def blank(cls, snapshot: Snapshot) -> LabelsWithProbabilities:
        chances = numpy.zeros((len(snapshot.y), len(snapshot.classes)))
        return cls(Labels.blank(snapshot).labels, chances)

    @classmethod
    def advice(cls, estimator: Any) -> str:
        if hasattr(estimator, "probability"):
            return "Set probability: true"
        return "Choose another classifier, or wrap it in CalibratedClassifierCV"

    @classmethod
    def described(cls, model: Any) -> dict:
        # The kind that a signature means which names none.
        return {"classes": [str(label) for label in model.classes_]}

    def columns(self, prefix: str, snapshot: Snapshot) -> dict[str, pyarrow.Array]:
        chances = {
            f"{prefix}_p_{label}": pyarrow.array(numpy.ascontiguousarray(self.probabilities[:, position]))
            for position, label in enumerate(snapshot.classes)
        }
        return {**super().columns(prefix, snapshot), **chances}

    def apart(self, other: Answers) -> Apart:
        labels, probabilities = other.arrays()
        gaps = numpy.abs(probabilities - self.probabilities)
        return Apart(labels != self.labels, numpy.where(numpy.isnan(gaps), numpy.inf, gaps).max(axis=1))

    def scores(
        self, truth: numpy.ndarray, snapshot: Snapshot, weights: Optional[numpy.ndarray] = None
    ) -> dict[str, float]:
        classes, by = snapshot.classes, {"sample_weight": weights}
        return {
            "accuracy": float(metrics.accuracy_score(truth, self.labels, **by)),
            "balanced_accuracy": float(metrics.balanced_accuracy_score(truth, self.labels, **by)),
            "log_loss": float(metrics.log_loss(truth, _cut(self.probabilities), labels=classes, **by)),
            "roc_auc": _roc_auc(truth, self.probabilities, classes, by),
        }


def _cut(probabilities: numpy.ndarray) -> numpy.ndarray:
    cut = numpy.clip(probabilities, SMALLEST, 1 - SMALLEST)
    return cut / cut.sum(axis=1, keepdims=True)


def _roc_auc(truth: numpy.ndarray, probabilities: numpy.ndarray, classes: list[str], by: dict) -> float:
    if len(classes) == 2:
        return float(metrics.roc_auc_score(truth == classes[1], probabilities[:, 1], **by))
    if not numpy.allclose(1, probabilities.sum(axis=1)):
        # What scikit-learn refuses: rows of zeros, say, which one-against-the-rest gives where no class says yes.
        each = [metrics.roc_auc_score(truth == label, probabilities[:, k], **by) for k, label in enumerate(classes)]
        return float(numpy.mean(each))
    return float(metrics.roc_auc_score(truth, probabilities, labels=classes, multi_class="ovr", average="macro", **by))

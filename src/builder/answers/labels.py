"""Labels with probabilities: what classifiers answer that have `predict_proba`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Optional

import numpy
import pyarrow
from sklearn import metrics
from sklearn.base import is_regressor

from builder.answers.answers import Answers, Apart
from builder.data import Snapshot
from container.errors import recipe_error

SMALLEST = 1e-15
"""Probabilities are cut off here for log_loss: scikit-learn itself cuts at 1e-15 or at 2e-16, by version, which
would show as a difference between models that are the same."""


@dataclass(frozen=True)
class LabelsWithProbabilities(Answers):
    """labels: texts, shape (rows,). probabilities: float64, shape (rows, classes), in the order of the classes.

    Scores: accuracy, balanced_accuracy, log_loss, and roc_auc: for two classes that of the second one (in sorted
    order), for more the mean of every class against the rest.
    """

    labels: numpy.ndarray
    probabilities: numpy.ndarray

    METHODS: ClassVar[tuple[str, ...]] = ("predict", "predict_proba")
    OUTPUTS: ClassVar[tuple[str, ...]] = ("label", "probabilities")
    METRICS: ClassVar[tuple[str, ...]] = ("accuracy", "balanced_accuracy", "log_loss", "roc_auc")
    EXACT: ClassVar[str] = "labels"
    NUMBERS: ClassVar[str] = "probabilities"

    @classmethod
    def of(cls, *parts: Any) -> LabelsWithProbabilities:
        labels, probabilities = parts
        return cls(numpy.asarray(labels, dtype=str), numpy.ascontiguousarray(probabilities, dtype=numpy.float64))

    @classmethod
    def blank(cls, snapshot: Snapshot) -> LabelsWithProbabilities:
        rows = len(snapshot.y)
        return cls(numpy.empty(rows, dtype=snapshot.y.dtype), numpy.zeros((rows, len(snapshot.classes))))

    @classmethod
    def check_kind(cls, estimator: Any) -> None:
        if is_regressor(estimator):
            raise recipe_error(
                f"pipeline.classifier: {type(estimator).__name__} is a regressor, and the target has classes",
                "Choose a classifier, or write `task: regression` in the dataset's file where the target is a number",
            )

    @classmethod
    def check_offered(cls, estimator: Any) -> None:
        if hasattr(estimator, "predict_proba"):
            return
        name = type(estimator).__name__
        advice = "Choose another classifier, or wrap it in CalibratedClassifierCV"
        if hasattr(estimator, "probability"):
            advice = "Set probability: true"
        raise recipe_error(f"pipeline.classifier: {name} gives no probabilities (no predict_proba)", advice)

    @classmethod
    def described(cls, model: Any) -> dict:
        return {"classes": [str(label) for label in model.classes_]}

    @classmethod
    def truth_columns(cls, snapshot: Snapshot) -> dict[str, pyarrow.Array]:
        return {"label": _texts(snapshot.y)}

    def columns(self, prefix: str, snapshot: Snapshot) -> dict[str, pyarrow.Array]:
        chances = {
            f"{prefix}_p_{label}": pyarrow.array(numpy.ascontiguousarray(self.probabilities[:, position]))
            for position, label in enumerate(snapshot.classes)
        }
        return {f"{prefix}_label": _texts(self.labels), **chances}

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


def _texts(labels: numpy.ndarray) -> pyarrow.Array:
    return pyarrow.array(labels.tolist(), pyarrow.string())


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

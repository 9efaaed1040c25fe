"""Labels: what every classifier answers, and all that some of them do, such as a vote."""

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


@dataclass(frozen=True)
class Labels(Answers):
    """labels: texts, shape (rows,).

    Scores, named as scikit-learn names them: accuracy, balanced_accuracy, f1_macro (of the classes that the fold or the
    answers have) and matthews_corrcoef.
    """

    labels: numpy.ndarray

    NAME: ClassVar[str] = "labels"
    STEP: ClassVar[str] = "classifier"
    METHODS: ClassVar[tuple[str, ...]] = ("predict",)
    OUTPUTS: ClassVar[tuple[str, ...]] = ("label",)
    METRICS: ClassVar[tuple[str, ...]] = ("accuracy", "balanced_accuracy", "f1_macro", "matthews_corrcoef")
    EXACT: ClassVar[str] = "labels"
    NUMBERS: ClassVar[str] = "labels"

    @classmethod
    def of(cls, *parts: Any) -> Labels:
        return cls(numpy.asarray(parts[0], dtype=str))

    @classmethod
    def blank(cls, snapshot: Snapshot) -> Labels:
        return cls(_no_labels(snapshot))

    @classmethod
    def check_kind(cls, estimator: Any) -> None:
        if is_regressor(estimator):
            raise recipe_error(
                f"pipeline.classifier: {type(estimator).__name__} is a regressor, and the target has classes",
                "Choose a classifier, or write `task: regression` in the dataset's file where the target is a number",
            )

    @classmethod
    def described(cls, model: Any) -> dict:
        return {"classes": [str(label) for label in model.classes_], "answers": cls.NAME}

    @classmethod
    def truth_columns(cls, snapshot: Snapshot) -> dict[str, pyarrow.Array]:
        return {"label": _texts(snapshot.y)}

    def columns(self, prefix: str, snapshot: Snapshot) -> dict[str, pyarrow.Array]:
        return {f"{prefix}_label": _texts(self.labels)}

    def apart(self, other: Answers) -> Apart:
        wrong = other.arrays()[0] != self.labels
        return Apart(wrong, numpy.zeros(len(wrong)))

    def scores(
        self, truth: numpy.ndarray, snapshot: Snapshot, weights: Optional[numpy.ndarray] = None
    ) -> dict[str, float]:
        by = {"sample_weight": weights}
        f1 = metrics.f1_score(truth, self.labels, average="macro", zero_division=0, **by)
        return {
            "accuracy": float(metrics.accuracy_score(truth, self.labels, **by)),
            "balanced_accuracy": float(metrics.balanced_accuracy_score(truth, self.labels, **by)),
            "f1_macro": float(f1),
            "matthews_corrcoef": float(metrics.matthews_corrcoef(truth, self.labels, **by)),
        }


def _no_labels(snapshot: Snapshot) -> numpy.ndarray:
    return numpy.empty(len(snapshot.y), dtype=snapshot.y.dtype)


def _texts(labels: numpy.ndarray) -> pyarrow.Array:
    return pyarrow.array(labels.tolist(), pyarrow.string())

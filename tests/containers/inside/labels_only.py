"""A kind of answers that the builder does not have: labels, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy
import pyarrow
from sklearn.metrics import accuracy_score

from builder.answers import Answers, Apart


@dataclass(frozen=True)
class Labels(Answers):
    """labels: texts, shape (rows,)."""

    labels: numpy.ndarray

    METHODS: ClassVar[tuple] = ("predict",)
    OUTPUTS: ClassVar[tuple] = ("label",)
    METRICS: ClassVar[tuple] = ("accuracy",)
    EXACT: ClassVar[str] = "labels"
    NUMBERS: ClassVar[str] = "nothing"

    @classmethod
    def of(cls, *parts):
        return cls(numpy.asarray(parts[0], dtype=str))

    @classmethod
    def blank(cls, snapshot):
        return cls(numpy.empty(len(snapshot.y), dtype=snapshot.y.dtype))

    @classmethod
    def check_kind(cls, estimator):
        """Whatever it is, it is asked for labels."""

    @classmethod
    def check_offered(cls, estimator):
        assert hasattr(estimator, "predict")

    @classmethod
    def described(cls, model):
        return {"classes": [str(label) for label in model.classes_]}

    @classmethod
    def truth_columns(cls, snapshot):
        return {"label": pyarrow.array(snapshot.y.tolist(), pyarrow.string())}

    def columns(self, prefix, snapshot):
        return {f"{prefix}_label": pyarrow.array(self.labels.tolist(), pyarrow.string())}

    def apart(self, other):
        return Apart(self.labels != other.labels, numpy.zeros(len(self.labels)))

    def scores(self, truth, snapshot, weights=None):
        return {"accuracy": float(accuracy_score(truth, self.labels, sample_weight=weights))}

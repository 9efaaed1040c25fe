"""Numbers: what regressors answer, one a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Optional

import numpy
import pyarrow
from sklearn import metrics
from sklearn.base import is_classifier, is_regressor

from builder.answers.answers import Answers, Apart
from builder.data import Snapshot
from container.errors import recipe_error


@dataclass(frozen=True)
class Numbers(Answers):
    """numbers: float64, shape (rows,).

    Scores, named as scikit-learn names them: r2, root_mean_squared_error, mean_absolute_error and
    median_absolute_error (which counts all rows alike, also where they have weights).
    """

    numbers: numpy.ndarray

    NAME: ClassVar[str] = "numbers"
    STEP: ClassVar[str] = "regressor"
    METHODS: ClassVar[tuple[str, ...]] = ("predict",)
    OUTPUTS: ClassVar[tuple[str, ...]] = ("prediction",)
    METRICS: ClassVar[tuple[str, ...]] = (
        "r2",
        "root_mean_squared_error",
        "mean_absolute_error",
        "median_absolute_error",
    )
    EXACT: ClassVar[str] = "answers"
    NUMBERS: ClassVar[str] = "predictions"

    @classmethod
    def of(cls, *parts: Any) -> Numbers:
        # Some regressors answer with a column, and skl2onnx always does.
        numbers = numpy.asarray(parts[0], dtype=numpy.float64)
        if numbers.ndim == 2 and numbers.shape[1] != 1:
            raise ValueError(f"{numbers.shape[1]} numbers a row were answered, one is expected")
        return cls(numpy.ascontiguousarray(numbers.reshape(len(numbers))))

    @classmethod
    def blank(cls, snapshot: Snapshot) -> Numbers:
        return cls(numpy.zeros(len(snapshot.y)))

    @classmethod
    def check_kind(cls, estimator: Any) -> None:
        name = type(estimator).__name__
        if is_classifier(estimator):
            message = f"pipeline.regressor: {name} is a classifier, and the target is a number"
            raise recipe_error(message, "Choose a regressor")
        if not is_regressor(estimator):
            raise recipe_error(f"pipeline.regressor: {name} is no regressor", "Choose a regressor")

    @classmethod
    def described(cls, model: Any) -> dict:
        return {"task": "regression"}

    @classmethod
    def truth_columns(cls, snapshot: Snapshot) -> dict[str, pyarrow.Array]:
        return {"target": pyarrow.array(snapshot.y)}

    def columns(self, prefix: str, snapshot: Snapshot) -> dict[str, pyarrow.Array]:
        return {f"{prefix}_prediction": pyarrow.array(self.numbers)}

    def apart(self, other: Answers) -> Apart:
        """The distance is relative: to the number itself, but to no less than the median of all numbers that are
        answered here, for beside it the rounding of a sum that is nearly zero says nothing."""
        [numbers] = other.arrays()
        size = numpy.abs(self.numbers)
        scale = numpy.maximum(size, numpy.median(size) if size.size else 0.0)
        gaps = numpy.abs(numbers - self.numbers)
        with numpy.errstate(divide="ignore", invalid="ignore"):
            distance = numpy.where(gaps == 0.0, 0.0, gaps / scale)
        return Apart(numpy.zeros(len(numbers), dtype=bool), numpy.where(numpy.isnan(distance), numpy.inf, distance))

    def scores(
        self, truth: numpy.ndarray, snapshot: Snapshot, weights: Optional[numpy.ndarray] = None
    ) -> dict[str, float]:
        by = {"sample_weight": weights}
        squared = metrics.mean_squared_error(truth, self.numbers, **by)
        return {
            "r2": float(metrics.r2_score(truth, self.numbers, **by)),
            "root_mean_squared_error": float(numpy.sqrt(squared)),
            "mean_absolute_error": float(metrics.mean_absolute_error(truth, self.numbers, **by)),
            "median_absolute_error": float(metrics.median_absolute_error(truth, self.numbers)),
        }

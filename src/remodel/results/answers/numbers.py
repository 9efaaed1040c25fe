"""Numbers: what regressors answer, one a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from remodel.results.answers.answers import OUT_OF_FOLD, WHICH, Allowed, AnswerDifference, Answers, Predictions
from remodel.results.answers.columns import Columns, Damaged
from remodel.results.answers.moved import Moved, moved
from remodel.results.answers.rounding import power_of_ten, short
from remodel.results.answers.scorers import REGRESSION, Scorer

ERRORS = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0)
"""Which quantiles of the errors are."""


@dataclass(frozen=True)
class NumberDifference(AnswerDifference):
    """How far each row's number moved, in units of `unit`, the baseline's root mean squared error out of fold.
    `relative` is the largest difference as a share of the number itself, or of the median number where that is more."""

    unit: float
    moved: Moved
    relative: float
    flipped: tuple[int, ...] = ()

    @property
    def largest(self) -> float:
        """The largest difference, relative."""
        return self.relative

    @property
    def identical(self) -> bool:
        return self.moved.same_bits

    def objections(self, which: str, allowed: Allowed) -> tuple[str | None, ...]:
        limit = allowed.numbers
        text = (
            f"numbers {which} move by {self.moved.tail:.2g} of the baseline's error ({self.unit:.4g}) at the "
            f"{limit.quantile:.1%} quantile (allowed {limit.at_most:g})"
        )
        return (text if self.moved.tail > limit.at_most else None,)


@dataclass(frozen=True)
class Numbers(Answers):
    """numbers: float64, shape (rows,); unit: their own root mean squared error out of fold, or 1 where it is zero."""

    numbers: NDArray[np.float64]
    unit: float
    classes: tuple[str, ...] = ()

    NAME: ClassVar[str] = "numbers"
    TITLE: ClassVar[str] = "numbers"
    SCORERS: ClassVar[tuple[Scorer, ...]] = REGRESSION
    COLUMNS: ClassVar[tuple[str, ...]] = ("numbers, out of fold", "numbers, in sample")

    @classmethod
    def read(cls, columns: Columns) -> Predictions:
        truth, tested = columns.numbers("target"), columns.tested()
        out_of_fold = columns.take(tested).numbers("oof_prediction")
        in_sample = columns.numbers("fit_prediction")
        for name, values in (("oof_prediction", out_of_fold), ("fit_prediction", in_sample)):
            if not np.isfinite(values).all():
                raise Damaged(f"{name} holds a value that is not a finite number")
        unit = float(np.sqrt(np.mean((out_of_fold - truth[tested]) ** 2)))
        return Predictions(truth, cls(out_of_fold, unit or 1.0), cls(in_sample, unit or 1.0), tested)

    def __len__(self) -> int:
        return len(self.numbers)

    def difference(self, base: Self, allowed: Allowed) -> NumberDifference:
        gaps = np.abs(self.numbers - base.numbers)
        size = np.abs(base.numbers)
        scale = np.maximum(np.maximum(size, np.median(size)), np.finfo(float).tiny)
        parts = moved(gaps / base.unit, self.numbers, base.numbers, allowed.numbers.quantile)
        return NumberDifference(base.unit, parts, float((gaps / scale).max()))

    @classmethod
    def evidence(
        cls, own: Predictions, base: Predictions, differences: Mapping[str, AnswerDifference]
    ) -> dict[str, Any]:
        """How far numbers move, and how far the out-of-fold ones are from the truth."""
        return {
            "numbers": {which: _moved(part) for which, part in differences.items()},
            "errors": _errors(own),
        }

    @classmethod
    def cells(cls, evidence: Mapping[str, Any]) -> list[str]:
        return [_at_most(evidence["numbers"][which]["difference_at_most"]) for which in WHICH]

    @classmethod
    def in_short(cls, evidence: Mapping[str, Any]) -> list[str]:
        part = evidence["numbers"][OUT_OF_FOLD]
        largest = part["quantiles"][-1]["difference"]
        return [] if part["same_bits"] or largest < 0.0005 else [f"moves {largest:.3f} RMSE"]


def _at_most(power: str) -> str:
    return "all equal" if power == "0" else f"≤ {power} of it"


def _moved(difference: Any) -> dict[str, Any]:
    at_most = power_of_ten(difference.largest)
    return {**difference.moved.document(), "difference_at_most": at_most, "unit": short(difference.unit)}


def _errors(own: Predictions) -> dict[str, Any]:
    answers: Any = own.out_of_fold
    errors = answers.numbers - own.truth[own.tested]
    quantiles = [{"share": level, "value": short(float(np.quantile(errors, level)))} for level in ERRORS]
    return {"bias": short(float(errors.mean())), "quantiles": quantiles}

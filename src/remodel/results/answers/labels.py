"""Labels with probabilities: what classifiers answer that have `predict_proba`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from remodel.results.answers.answers import WHICH, Allowed, AnswerDifference, Answers, Predictions
from remodel.results.answers.columns import Columns, Damaged
from remodel.results.answers.quality import quality
from remodel.results.answers.rounding import power_of_ten, short
from remodel.results.answers.scorers import CLASSIFICATION, Scorer

LEVELS = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0)
"""Which quantiles of the probability differences are reported."""

ROWS_LISTED = 100
"""At most so many rows with another label are listed; all are counted."""


@dataclass(frozen=True)
class LabelDifference(AnswerDifference):
    """The rows with another label, and |dp| of each row (the largest over the classes): quantiles of it, one of them
    (`tail`) the one that the tolerances name; whether every bit of every probability is the same."""

    rows: int
    flipped: tuple[int, ...]
    same_bits: bool
    quantiles: Mapping[float, float]
    tail: float

    @property
    def share(self) -> float:
        """The share of rows with another label."""
        return len(self.flipped) / self.rows

    @property
    def largest(self) -> float:
        """The largest |dp|."""
        return self.quantiles[1.0]

    @property
    def identical(self) -> bool:
        return self.same_bits and not self.flipped

    def objections(self, which: str, allowed: Allowed) -> tuple[str | None, ...]:
        labels = (
            f"{len(self.flipped)} of {self.rows} labels {which} flip ({self.share:.2%}, allowed {allowed.labels:.2%})"
        )
        limit = allowed.probabilities
        probabilities = (
            f"probabilities {which} move by {self.tail:.2g} at the {limit.quantile:.1%} quantile "
            f"(allowed {limit.at_most:g})"
        )
        return (
            labels if self.share > allowed.labels else None,
            probabilities if self.tail > limit.at_most else None,
        )


@dataclass(frozen=True)
class LabelsWithProbabilities(Answers):
    """labels: int32, shape (rows,), positions in the classes; probabilities: float64, shape (rows, classes)."""

    classes: tuple[str, ...]
    labels: NDArray[np.int32]
    probabilities: NDArray[np.float64]

    SCORERS: ClassVar[tuple[Scorer, ...]] = CLASSIFICATION
    COLUMNS: ClassVar[tuple[str, ...]] = (
        "labels, out of fold",
        "labels, in sample",
        "probabilities, out of fold",
        "probabilities, in sample",
    )

    @classmethod
    def read(cls, columns: Columns) -> Predictions:
        classes = tuple(name.removeprefix("oof_p_") for name in columns.names if name.startswith("oof_p_"))
        if not classes:
            raise Damaged("it has no column 'oof_p_<class>'")
        truth, tested = columns.positions("label", classes), columns.tested()
        out_of_fold = cls._of(columns.take(tested), "oof", classes)
        return Predictions(truth, out_of_fold, cls._of(columns, "fit", classes), tested)

    @classmethod
    def _of(cls, columns: Columns, prefix: str, classes: tuple[str, ...]) -> Self:
        probabilities = np.column_stack([columns.numbers(f"{prefix}_p_{name}") for name in classes])
        if not np.isfinite(probabilities).all():
            raise Damaged(f"{prefix}_p_* holds a value that is not a finite number")
        return cls(classes, columns.positions(f"{prefix}_label", classes), probabilities)

    def __len__(self) -> int:
        return len(self.labels)

    def difference(self, base: Self, allowed: Allowed) -> LabelDifference:
        # A label's order decides nothing here: results that may be compared have the same classes in the same order.
        flipped = tuple(int(row) for row in np.flatnonzero(self.labels != base.labels))
        moved = np.abs(self.probabilities - base.probabilities).max(axis=1)
        tail = allowed.probabilities.quantile
        quantiles = {level: float(np.quantile(moved, level, method="higher")) for level in (*LEVELS, tail)}
        return LabelDifference(
            rows=len(self.labels),
            flipped=flipped,
            same_bits=bool(np.array_equal(self.probabilities.view(np.int64), base.probabilities.view(np.int64))),
            quantiles={level: quantiles[level] for level in LEVELS},
            tail=quantiles[tail],
        )

    @classmethod
    def evidence(
        cls, own: Predictions, base: Predictions, differences: Mapping[str, AnswerDifference]
    ) -> dict[str, Any]:
        """Labels that flip, how far probabilities move, and how good the out-of-fold answers are."""
        return {
            "classes": list(own.classes),
            "labels": {which: _labels(part, own, base, which) for which, part in differences.items()},
            "probabilities": {which: _probabilities(part) for which, part in differences.items()},
            "quality": _quality(own),
        }

    @classmethod
    def cells(cls, evidence: Mapping[str, Any]) -> list[str]:
        cells = []
        for part in (evidence["labels"][which] for which in WHICH):
            different = part["different"]
            cells.append(f"{part['equal']:.2%} ({different} differ)" if different else "all equal")
        for part in (evidence["probabilities"][which] for which in WHICH):
            largest = part["difference_at_most"]
            cells.append("all equal" if largest == "0" else f"≤ {largest}")
        return cells

    @classmethod
    def in_short(cls, evidence: Mapping[str, Any]) -> list[str]:
        different = [evidence["labels"][which]["different"] for which in WHICH]
        return [f"{'/'.join(map(str, different))} labels"] if any(different) else []


def _labels(difference: Any, own: Predictions, base: Predictions, which: str) -> dict[str, Any]:
    here, there, numbers = getattr(own, which).labels, getattr(base, which).labels, own.numbered(which)
    listed = difference.flipped[:ROWS_LISTED]
    return {
        "different": len(difference.flipped),
        "equal": (difference.rows - len(difference.flipped)) / difference.rows,
        "rows": [
            {
                "row": int(numbers[row]),
                "label": own.classes[own.truth[numbers[row]]],
                "baseline": own.classes[there[row]],
                "here": own.classes[here[row]],
            }
            for row in listed
        ],
    }


def _probabilities(difference: Any) -> dict[str, Any]:
    quantiles = [{"share": level, "difference": short(value)} for level, value in difference.quantiles.items()]
    at_most = power_of_ten(difference.largest)
    return {"difference_at_most": at_most, "quantiles": quantiles, "same_bits": difference.same_bits}


def _quality(own: Predictions) -> dict[str, Any]:
    answers: Any = own.out_of_fold
    return quality(own.truth[own.tested], answers.labels, answers.probabilities)

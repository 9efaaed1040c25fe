"""Labels: what every classifier answers, and all that some of them do, such as a vote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from remodel.results.answers.answers import WHICH, Allowed, AnswerDifference, Answers, Predictions
from remodel.results.answers.columns import Columns, Damaged
from remodel.results.answers.moved import Moved
from remodel.results.answers.quality import confusion
from remodel.results.answers.scorers import LABELS, Scorer

ROWS_LISTED = 100
"""At most so many rows with another label are listed; all are counted."""


@dataclass(frozen=True)
class LabelDifference(AnswerDifference):
    """The rows with another label."""

    rows: int
    flipped: tuple[int, ...]

    @property
    def share(self) -> float:
        """The share of rows with another label."""
        return len(self.flipped) / self.rows

    @property
    def largest(self) -> float:
        return 0.0

    @property
    def identical(self) -> bool:
        return not self.flipped

    def objections(self, which: str, allowed: Allowed) -> tuple[str | None, ...]:
        labels = (
            f"{len(self.flipped)} of {self.rows} labels {which} flip ({self.share:.2%}, allowed {allowed.labels:.2%})"
        )
        return (labels if self.share > allowed.labels else None,)


@dataclass(frozen=True)
class ScoredDifference(LabelDifference):
    """The rows with another label, and how far the numbers beside the labels moved."""

    moved: Moved

    @property
    def largest(self) -> float:
        return self.moved.largest

    @property
    def identical(self) -> bool:
        return self.moved.same_bits and not self.flipped


@dataclass(frozen=True)
class Labels(Answers):
    """labels: int32, shape (rows,), positions in the classes, which are those of the truth in sorted order."""

    classes: tuple[str, ...]
    labels: NDArray[np.int32]

    NAME: ClassVar[str] = "labels"
    TITLE: ClassVar[str] = "labels"
    SCORERS: ClassVar[tuple[Scorer, ...]] = LABELS
    COLUMNS: ClassVar[tuple[str, ...]] = ("labels, out of fold", "labels, in sample")

    @classmethod
    def read(cls, columns: Columns) -> Predictions:
        classes = cls._classes(columns)
        truth, tested = columns.positions("label", classes), columns.tested()
        out_of_fold = cls._of(columns.take(tested), "oof", classes)
        return Predictions(truth, out_of_fold, cls._of(columns, "fit", classes), tested)

    @classmethod
    def _classes(cls, columns: Columns) -> tuple[str, ...]:
        """The classes that a table's labels are of; Damaged where there are less than two."""
        classes = columns.distinct("label")
        if len(classes) < 2:
            raise Damaged("its column 'label' holds less than two classes")
        return classes

    @classmethod
    def _of(cls, columns: Columns, prefix: str, classes: tuple[str, ...]) -> Self:
        return cls(classes, columns.positions(f"{prefix}_label", classes))

    def __len__(self) -> int:
        return len(self.labels)

    def flipped(self, base: Self) -> tuple[int, ...]:
        """The rows that get another label than in the baseline."""
        # A label's order decides nothing here: results that may be compared have the same classes in the same order.
        return tuple(int(row) for row in np.flatnonzero(self.labels != base.labels))

    def difference(self, base: Self, allowed: Allowed) -> LabelDifference:
        return LabelDifference(len(self.labels), self.flipped(base))

    @classmethod
    def evidence(
        cls, own: Predictions, base: Predictions, differences: Mapping[str, AnswerDifference]
    ) -> dict[str, Any]:
        """Labels that flip, and the confusion of the out-of-fold answers."""
        return {
            "classes": list(own.classes),
            "labels": {which: _labels(part, own, base, which) for which, part in differences.items()},
            "quality": cls._quality(own),
        }

    @classmethod
    def _quality(cls, own: Predictions) -> dict[str, Any]:
        answers: Any = own.out_of_fold
        return {"confusion": confusion(own.truth[own.tested], answers.labels, len(own.classes))}

    @classmethod
    def cells(cls, evidence: Mapping[str, Any]) -> list[str]:
        cells = []
        for part in (evidence["labels"][which] for which in WHICH):
            different = part["different"]
            cells.append(f"{part['equal']:.2%} ({different} differ)" if different else "all equal")
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

"""Labels with probabilities: what classifiers answer that have `predict_proba`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from remodel.results.answers.answers import WHICH, Allowed, AnswerDifference, Predictions
from remodel.results.answers.columns import Columns, Damaged
from remodel.results.answers.labels import Labels, ScoredDifference
from remodel.results.answers.moved import moved
from remodel.results.answers.quality import quality
from remodel.results.answers.scorers import CLASSIFICATION, Scorer


@dataclass(frozen=True)
class ProbabilityDifference(ScoredDifference):
    """Besides the labels, |dp| of each row (the largest over the classes)."""

    def objections(self, which: str, allowed: Allowed) -> tuple[str | None, ...]:
        limit = allowed.probabilities
        probabilities = (
            f"probabilities {which} move by {self.moved.tail:.2g} at the {limit.quantile:.1%} quantile "
            f"(allowed {limit.at_most:g})"
        )
        broken = probabilities if self.moved.tail > limit.at_most else None
        return (*super().objections(which, allowed), broken)


@dataclass(frozen=True)
class LabelsWithProbabilities(Labels):
    """labels: int32, shape (rows,), positions in the classes; probabilities: float64, shape (rows, classes)."""

    probabilities: NDArray[np.float64]

    NAME: ClassVar[str] = "probabilities"
    TITLE: ClassVar[str] = "labels and probabilities"
    SCORERS: ClassVar[tuple[Scorer, ...]] = CLASSIFICATION
    COLUMNS: ClassVar[tuple[str, ...]] = (*Labels.COLUMNS, "probabilities, out of fold", "probabilities, in sample")

    @classmethod
    def _classes(cls, columns: Columns) -> tuple[str, ...]:
        classes = tuple(name.removeprefix("oof_p_") for name in columns.names if name.startswith("oof_p_"))
        if not classes:
            raise Damaged("it has no column 'oof_p_<class>'")
        return classes

    @classmethod
    def _of(cls, columns: Columns, prefix: str, classes: tuple[str, ...]) -> Self:
        probabilities = columns.matrix(f"{prefix}_p_", classes)
        return cls(classes, columns.positions(f"{prefix}_label", classes), probabilities)

    def difference(self, base: Self, allowed: Allowed) -> ProbabilityDifference:
        gaps = np.abs(self.probabilities - base.probabilities).max(axis=1)
        parts = moved(gaps, self.probabilities, base.probabilities, allowed.probabilities.quantile)
        return ProbabilityDifference(len(self.labels), self.flipped(base), parts)

    @classmethod
    def evidence(
        cls, own: Predictions, base: Predictions, differences: Mapping[str, AnswerDifference]
    ) -> dict[str, Any]:
        """Besides the labels, how far probabilities move, and how good the out-of-fold ones are."""
        parts: Mapping[str, Any] = differences
        return {
            **super().evidence(own, base, differences),
            "probabilities": {which: part.moved.document() for which, part in parts.items()},
        }

    @classmethod
    def _quality(cls, own: Predictions) -> dict[str, Any]:
        answers: Any = own.out_of_fold
        return quality(own.truth[own.tested], answers.labels, answers.probabilities)

    @classmethod
    def cells(cls, evidence: Mapping[str, Any]) -> list[str]:
        cells = super().cells(evidence)
        for part in (evidence["probabilities"][which] for which in WHICH):
            largest = part["difference_at_most"]
            cells.append("all equal" if largest == "0" else f"≤ {largest}")
        return cells

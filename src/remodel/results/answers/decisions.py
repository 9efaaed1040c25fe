"""Labels with decision scores: what classifiers answer that tell how far a row is from a boundary, but no chances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from remodel.results.answers.answers import WHICH, Allowed, AnswerDifference, Predictions
from remodel.results.answers.columns import Columns
from remodel.results.answers.labels import Labels, ScoredDifference
from remodel.results.answers.moved import moved
from remodel.results.answers.quality import confusion, mean_roc
from remodel.results.answers.rounding import short
from remodel.results.answers.scorers import DECISIONS, Scorer


@dataclass(frozen=True)
class DecisionDifference(ScoredDifference):
    """Besides the labels, how far decision scores moved in units of the root mean square of the baseline's, and the
    rank correlation of both: Spearman's rho, of several classes the least."""

    rank: float

    def objections(self, which: str, allowed: Allowed) -> tuple[str | None, ...]:
        least = allowed.decisions.rank
        found = f"rank correlation {self.rank:.4f} (at least {least:g})"
        ranks = f"decision scores {which} put the rows in another order: {found}"
        return (*super().objections(which, allowed), ranks if self.rank < least else None)


@dataclass(frozen=True)
class LabelsWithDecisions(Labels):
    """labels: int32, shape (rows,), positions in the classes; decisions: float64, shape (rows, classes), of two classes
    shape (rows, 1), positive for the second."""

    decisions: NDArray[np.float64]

    NAME: ClassVar[str] = "decisions"
    TITLE: ClassVar[str] = "labels and decision scores"
    SCORERS: ClassVar[tuple[Scorer, ...]] = DECISIONS
    COLUMNS: ClassVar[tuple[str, ...]] = (*Labels.COLUMNS, "ranks, out of fold", "ranks, in sample")

    @classmethod
    def _of(cls, columns: Columns, prefix: str, classes: tuple[str, ...]) -> Self:
        decisions = columns.matrix(f"{prefix}_d_", classes[1:] if len(classes) == 2 else classes)
        return cls(classes, columns.positions(f"{prefix}_label", classes), decisions)

    def difference(self, base: Self, allowed: Allowed) -> DecisionDifference:
        unit = float(np.sqrt(np.mean(base.decisions**2))) or 1.0
        gaps = np.abs(self.decisions - base.decisions).max(axis=1) / unit
        parts = moved(gaps, self.decisions, base.decisions, 1.0)
        rank = min(map(_rank, self.decisions.T, base.decisions.T))
        return DecisionDifference(len(self.labels), self.flipped(base), parts, rank)

    @classmethod
    def evidence(
        cls, own: Predictions, base: Predictions, differences: Mapping[str, AnswerDifference]
    ) -> dict[str, Any]:
        """Besides the labels, how far decision scores move, and whether they put the rows in the same order."""
        parts: Mapping[str, Any] = differences
        return {
            **super().evidence(own, base, differences),
            "decisions": {which: {**part.moved.document(), "rank": short(part.rank)} for which, part in parts.items()},
        }

    @classmethod
    def _quality(cls, own: Predictions) -> dict[str, Any]:
        answers: Any = own.out_of_fold
        truth = own.truth[own.tested]
        hits = np.eye(len(own.classes))[truth]
        scores = answers.decisions
        if scores.shape[1] == 1:
            scores = np.column_stack([-scores, scores])
        return {
            "confusion": confusion(truth, answers.labels, len(own.classes)),
            "roc": [short(value) for value in mean_roc(scores, hits)],
        }

    @classmethod
    def cells(cls, evidence: Mapping[str, Any]) -> list[str]:
        return [*super().cells(evidence), *(_agreement(evidence["decisions"][which]) for which in WHICH)]


def _agreement(part: Mapping[str, Any]) -> str:
    return "all equal" if part["same_bits"] else f"rho {part['rank']:.4f}"


def _rank(here: NDArray[np.float64], there: NDArray[np.float64]) -> float:
    """Spearman's rho; of scores that are all alike 1 where both are, else 0."""
    from scipy.stats import spearmanr

    alike = [bool(np.all(scores == scores[0])) for scores in (here, there)]
    if any(alike):
        return float(all(alike))
    return float(spearmanr(here, there).statistic)

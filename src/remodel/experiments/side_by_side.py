"""Two tries: what was asked for, and what every fold scored."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import Any

from remodel.experiments.leaderboard import compared
from remodel.experiments.tries import Try
from remodel.experiments.words import difference


@dataclass(frozen=True)
class SideBySide:
    """`words` are (word, value in the first, value in the second); `comparable`: on the same rows and folds."""

    one: Try
    other: Try
    words: tuple[tuple[str, str, str], ...]

    @property
    def comparable(self) -> bool:
        """Whether their scores are of the same rows, folds and kind of answers."""
        return self.one.same == self.other.same and set(self.one.folds) == set(self.other.folds)

    def document(self) -> dict[str, Any]:
        """As plain JSON."""
        scores = {
            name: {"folds": [list(self.one.folds[name]), list(values)], "difference": fmean(values) - fmean(first)}
            for name, values in (self.other.folds.items() if self.comparable else ())
            for first in (self.one.folds[name],)
        }
        return {
            "ids": [self.one.id, self.other.id],
            "differ": [{"word": word, "values": [left, right]} for word, left, right in self.words],
            "comparable": self.comparable,
            "scores": scores,
            "p_equal": compared(self.other, self.one).p_equal if self.comparable else None,
        }


def side_by_side(one: Try, other: Try) -> SideBySide:
    """What differs between two."""
    words = difference(one.recipe, other.recipe)
    if one.environment != other.environment:
        words.append(("environment", one.environment, other.environment))
    return SideBySide(one, other, tuple(words))

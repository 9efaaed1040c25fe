"""Tries on the same rows and folds, the best first, and which of them cannot be told from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import Any

from remodel.audit.paired_test import PairedTest, paired_test
from remodel.experiments.tries import Try
from remodel.experiments.words import words_that_differ
from remodel.versions import Key, sort_by_version, version_key

CONFIDENCE = 0.95
"""Of all comparisons with the best together."""


@dataclass(frozen=True)
class Place:
    """A try in its ranking, for all builds of its recipe that score bit for bit the same in other `environments`.

    `p_equal`: of no difference from the best, corrected for how many were compared with it
    (Bonferroni); None of the best itself. It is tied where that is no evidence of a difference."""

    one: Try
    environments: tuple[str, ...]
    words: tuple[str, ...]
    p_equal: float | None

    @property
    def is_tied(self) -> bool:
        """Whether it cannot be told from the best."""
        return self.p_equal is not None and self.p_equal >= 1 - CONFIDENCE

    def document(self) -> dict[str, Any]:
        """As plain JSON."""
        name = self.one.scorer.name
        folds = self.one.folds[name]
        return {
            "id": self.one.id,
            "words": list(self.words),
            "environments": list(self.environments),
            "folder": self.one.folder,
            "score": name,
            "mean": fmean(folds),
            "std": pstdev(folds),
            "folds": list(folds),
            "p_equal_to_best": self.p_equal,
            "tied_with_best": self.is_tied,
            "seconds": self.one.seconds,
        }


@dataclass(frozen=True)
class Leaderboard:
    """All tries on one dataset's rows and folds that are scored alike."""

    dataset: str
    folds: str
    places: tuple[Place, ...]

    def document(self) -> dict[str, Any]:
        """As plain JSON."""
        return {"dataset": self.dataset, "cv": self.folds, "places": [place.document() for place in self.places]}


def leaderboards(found: Iterable[Try]) -> list[Leaderboard]:
    """A ranking for each set of rows and folds, by the dataset's name; those with the most tries first."""
    groups: dict[tuple[str, ...], list[Try]] = {}
    for one in found:
        groups.setdefault((one.recipe.dataset, one.scorer.name, *one.same), []).append(one)
    boards = [_leaderboard(group) for group in groups.values()]
    return sorted(boards, key=lambda board: (board.dataset, -len(board.places), board.folds))


def _leaderboard(group: list[Try]) -> Leaderboard:
    alike: dict[tuple[Any, ...], list[Try]] = {}
    for one in group:
        alike.setdefault((one.recipe.sha256, one.scored), []).append(one)
    there = {max(found, key=_by_environment): _environments(found) for found in alike.values()}
    ordered = sorted(there, key=lambda one: (-one.goodness, one.id))
    words = words_that_differ([one.recipe for one in ordered], [", ".join(there[one]) for one in ordered])
    best, rest = ordered[0], len(ordered) - 1
    places = [
        Place(one, there[one], tuple(own), None if one is best else _p_equal(one, best, rest))
        for one, own in zip(ordered, words, strict=True)
    ]
    return Leaderboard(best.recipe.dataset, best.recipe.cv, tuple(places))


def _by_environment(one: Try) -> Key:
    return version_key(one.environment)


def _environments(found: Iterable[Try]) -> tuple[str, ...]:
    return tuple(sort_by_version(one.environment for one in found))


def _p_equal(one: Try, best: Try, comparisons: int) -> float:
    return min(1.0, compared(one, best).p_equal * comparisons)


def compared(one: Try, best: Try) -> PairedTest:
    """The corrected resampled t-test (docs/audit.md) of the score that ranks, on the same folds."""
    share = 1 / (best.recipe.n_splits - 1)
    return paired_test(one.scored, best.scored, share, 0.0, CONFIDENCE)

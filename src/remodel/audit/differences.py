"""How far two results of one model are apart: labels, probabilities, and the scores of the same folds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from remodel.audit.paired_test import PairedTest, paired_test
from remodel.recipes.params import Tolerances
from remodel.results.predictions import Answers
from remodel.results.result import Result
from remodel.results.scores import METRICS

KINDS = ("out_of_fold", "in_sample")
"""Predictions of models that had not seen the row, and of the final model."""

LEVELS = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0)
"""Which quantiles of the probability differences are reported."""

LESS_IS_BETTER = ("log_loss",)


@dataclass(frozen=True)
class Difference:
    """One kind of prediction: the rows with another label, and |dp| of each row (the largest over the classes)."""

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


@dataclass(frozen=True)
class Differences:
    """Everything that a verdict is decided from."""

    answers: Mapping[str, Difference]
    scores: Mapping[str, PairedTest]

    @property
    def identical(self) -> bool:
        """Whether every label and every bit of every probability is the same."""
        return all(part.same_bits and not part.flipped for part in self.answers.values())


def measure(own: Result, base: Result, tolerances: Tolerances) -> Differences:
    """How far `own` is from `base`, which are results on the same rows and folds."""
    quantile = tolerances.probabilities.quantile
    answers = {
        kind: _answers(getattr(own.predictions, kind), getattr(base.predictions, kind), quantile) for kind in KINDS
    }
    return Differences(answers, {name: _score(name, own, base, tolerances) for name in METRICS})


def _answers(own: Answers, base: Answers, tail: float) -> Difference:
    # A label's order decides nothing here: `checked` results have the same classes in the same order.
    flipped = tuple(int(row) for row in np.flatnonzero(own.labels != base.labels))
    moved = np.abs(own.probabilities - base.probabilities).max(axis=1)
    quantiles = {level: float(np.quantile(moved, level, method="higher")) for level in (*LEVELS, tail)}
    return Difference(
        rows=len(own.labels),
        flipped=flipped,
        same_bits=bool(np.array_equal(own.probabilities.view(np.int64), base.probabilities.view(np.int64))),
        quantiles={level: quantiles[level] for level in LEVELS},
        tail=quantiles[tail],
    )


def _score(name: str, own: Result, base: Result, tolerances: Tolerances) -> PairedTest:
    new, old = own.scores.metrics[name].folds, base.scores.metrics[name].folds
    if name in LESS_IS_BETTER:
        new, old = old, new
    region = getattr(tolerances.scores, name)
    return paired_test(new, old, 1 / (base.manifest.n_splits - 1), region, tolerances.confidence)

"""How far two results of one model are apart: their answers, and the scores of the same folds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from remodel.audit.paired_test import PairedTest, paired_test
from remodel.recipes.params import Tolerances
from remodel.results.answers.answers import WHICH, AnswerDifference
from remodel.results.answers.scorers import Scorer
from remodel.results.result import Result

KINDS = WHICH
"""Answers of models that had not seen the row, and of the final model."""


@dataclass(frozen=True)
class Differences:
    """Everything that a verdict is decided from: differences of answers by KINDS, and what each score says."""

    answers: Mapping[str, AnswerDifference]
    scores: Mapping[Scorer, PairedTest]

    @property
    def identical(self) -> bool:
        """Whether every answer is the same, to the last bit."""
        return all(part.identical for part in self.answers.values())


def measure(own: Result, base: Result, tolerances: Tolerances) -> Differences:
    """How far `own` is from `base`, which are results on the same rows and folds."""
    answers = {
        kind: getattr(own.predictions, kind).difference(getattr(base.predictions, kind), tolerances) for kind in KINDS
    }
    scorers = own.predictions.kind.SCORERS
    return Differences(answers, {scorer: _score(scorer, own, base, tolerances) for scorer in scorers})


def _score(scorer: Scorer, own: Result, base: Result, tolerances: Tolerances) -> PairedTest:
    new, old = own.scores.metrics[scorer.name].folds, base.scores.metrics[scorer.name].folds
    if scorer.less_is_better:
        new, old = old, new
    region = getattr(tolerances.scores, scorer.name)
    if scorer.in_unit:
        region *= base.scores.metrics[scorer.name].mean
    return paired_test(new, old, 1 / (base.manifest.n_splits - 1), region, tolerances.confidence)

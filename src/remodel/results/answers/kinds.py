"""Which kind of answers a model gives, told by its scores: each kind has others."""

from __future__ import annotations

from collections.abc import Collection

from remodel.results.answers.answers import Answers
from remodel.results.answers.decisions import LabelsWithDecisions
from remodel.results.answers.labels import Labels
from remodel.results.answers.numbers import Numbers
from remodel.results.answers.probabilities import LabelsWithProbabilities
from remodel.results.answers.scorers import scorers_of

KINDS: tuple[type[Answers], ...] = (LabelsWithProbabilities, LabelsWithDecisions, Labels, Numbers)
"""A new kind is a class beside these, and an entry here."""


def kind_of(metrics: Collection[str]) -> type[Answers]:
    """What a model answers with whose scores have these names. Raises ValueError where no model has such scores."""
    scorers = scorers_of(metrics)
    return next(kind for kind in KINDS if scorers == kind.SCORERS)

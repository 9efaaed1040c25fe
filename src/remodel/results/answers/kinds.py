"""Which kind of answers a model gives: chosen by the task of its recipe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from remodel.results.answers.answers import Answers
from remodel.results.answers.labels import LabelsWithProbabilities
from remodel.results.answers.numbers import Numbers
from remodel.results.answers.scorers import scorers_of

CLASSIFICATION, REGRESSION = "classification", "regression"
"""The first is the task of a recipe that names none."""

KINDS: Mapping[str, type[Answers]] = {CLASSIFICATION: LabelsWithProbabilities, REGRESSION: Numbers}
"""The kind of answers by task: a new one is a class beside these, and an entry here."""


def kind_of(recipe: Mapping[str, Any]) -> type[Answers]:
    """What the model of a recipe answers with."""
    return KINDS[recipe.get("task", CLASSIFICATION)]


def kind_of_evidence(evidence: Mapping[str, Any]) -> type[Answers]:
    """What the model of a comparison's entry answers with, told by its scores."""
    scorers = scorers_of(evidence["metrics"])
    return next(kind for kind in KINDS.values() if scorers == kind.SCORERS)

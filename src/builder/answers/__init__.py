"""What a model answers: one class a kind, chosen by the task of its recipe and by what its last step can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.answers.answers import Answers, Apart
from builder.answers.decisions import LabelsWithDecisions
from builder.answers.labels import Labels
from builder.answers.numbers import Numbers
from builder.answers.outliers import Outliers
from builder.answers.probabilities import LabelsWithProbabilities

__all__ = [
    "KINDS",
    "Answers",
    "Apart",
    "Labels",
    "LabelsWithDecisions",
    "LabelsWithProbabilities",
    "Numbers",
    "Outliers",
    "check_kind",
    "kind_of",
]

CLASSIFICATION, REGRESSION, OUTLIERS = "classification", "regression", "outliers"
"""The first is the task of a recipe that names none."""

TASKS: Mapping[str, tuple[type[Answers], ...]] = {
    CLASSIFICATION: (LabelsWithProbabilities, LabelsWithDecisions, Labels),
    REGRESSION: (Numbers,),
    OUTLIERS: (Outliers,),
}
"""The kinds of answers by task, those that tell most first: a new one is a class beside these, and an entry here."""

KINDS: Mapping[str, type[Answers]] = {
    CLASSIFICATION: LabelsWithProbabilities,
    REGRESSION: Numbers,
    **{kind.NAME: kind for kind in (LabelsWithDecisions, Labels)},
}
"""The kinds by the names that a signature has for them: `answers`, else `task`, else the first."""


def check_kind(recipe: Mapping[str, Any], estimator: Any) -> None:
    """Raise a recipe error where the last step of a pipeline, not fitted yet, is made for another task."""
    _kinds(recipe)[0].check_kind(estimator)


def kind_of(recipe: Mapping[str, Any], estimator: Any) -> type[Answers]:
    """What a model answers with whose last step is `estimator`, fitted: all that it can be asked, or less where the
    recipe says so (`answers`). Raises recipe errors."""
    kinds = [kind for kind in _kinds(recipe) if recipe.get("answers") in (None, kind.NAME)]
    kind = next((kind for kind in kinds if kind.offers(estimator)), kinds[-1])
    kind.check_offered(estimator)
    return kind


def _kinds(recipe: Mapping[str, Any]) -> tuple[type[Answers], ...]:
    return TASKS[recipe.get("task", CLASSIFICATION)]

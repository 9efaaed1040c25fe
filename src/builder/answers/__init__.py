"""What a model answers: one class a kind, chosen by the task of its recipe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.answers.answers import Answers, Apart
from builder.answers.labels import LabelsWithProbabilities
from builder.answers.numbers import Numbers

__all__ = ["KINDS", "Answers", "Apart", "LabelsWithProbabilities", "Numbers", "kind_of"]

CLASSIFICATION, REGRESSION = "classification", "regression"
"""The first is the task of a recipe that names none."""

KINDS: Mapping[str, type[Answers]] = {CLASSIFICATION: LabelsWithProbabilities, REGRESSION: Numbers}
"""The kind of answers by task: a new one is a class beside these, and an entry here."""


def kind_of(recipe: Mapping[str, Any]) -> type[Answers]:
    """What the model of a recipe answers with."""
    return KINDS[recipe.get("task", CLASSIFICATION)]

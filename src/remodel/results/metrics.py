"""What `dvc metrics` shows of a build: one number, in a file a model and environment, kept in git.

All scores, with every fold, are a level below, in the model's scores.json:
`dvc metrics show models/<model>/<environment>/scores.json`.
"""

from __future__ import annotations

from remodel.results.scores import Scores

DIGITS = 6
"""Decimal places: what a reader of a diff wants to see."""


def first_metric(scores: Scores) -> dict[str, float]:
    """The mean of the first score, by its name: {"accuracy": 0.97}."""
    name = scores.scorers[0].name
    return {name: round(scores.metrics[name].mean, DIGITS)}

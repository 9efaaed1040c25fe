"""The scores of a build as `dvc metrics` wants them: one flat file a model and environment, kept in git."""

from __future__ import annotations

from remodel.results.scores import Scores

DIGITS = 6
"""Decimal places: what a reader of a diff wants to see."""


def flat_metrics(scores: Scores) -> dict[str, float]:
    """Mean and spread of each score: {"accuracy": 0.97, "accuracy_std": 0.01, ...}."""
    flat = {}
    for name, metric in scores.metrics.items():
        flat[name] = round(metric.mean, DIGITS)
        flat[f"{name}_std"] = round(metric.std, DIGITS)
    return flat

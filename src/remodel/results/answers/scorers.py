"""The scores that the folds of a model have: their names, what reports call them, and in which direction is better."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scorer:
    """One score of a fold, by its name in scores.json."""

    name: str
    title: str
    less_is_better: bool = False


CLASSIFICATION = (
    Scorer("accuracy", "accuracy"),
    Scorer("balanced_accuracy", "balanced accuracy"),
    Scorer("log_loss", "log loss", less_is_better=True),
    Scorer("roc_auc", "ROC AUC"),
)
"""In the order in which reports show them."""

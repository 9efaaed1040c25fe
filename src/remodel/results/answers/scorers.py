"""The scores that the folds of a model have: their names, what reports call them, and in which direction is better."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Scorer:
    """One score of a fold, by its name in scores.json.

    in_unit: it has the unit of the target, so that only its share of another one says something. ranks: it decides
    which model of a dataset is the best.
    """

    name: str
    title: str
    less_is_better: bool = False
    in_unit: bool = False
    ranks: bool = False


ACCURACY = Scorer("accuracy", "accuracy")
BALANCED_ACCURACY = Scorer("balanced_accuracy", "balanced accuracy", ranks=True)
"""Ranks: accuracy that no large class can buy."""
ROC_AUC = Scorer("roc_auc", "ROC AUC")

CLASSIFICATION = (
    ACCURACY,
    BALANCED_ACCURACY,
    Scorer("log_loss", "log loss", less_is_better=True),
    ROC_AUC,
)

LABELS = (
    ACCURACY,
    BALANCED_ACCURACY,
    Scorer("f1_macro", "macro F1"),
    Scorer("matthews_corrcoef", "MCC"),
)

DECISIONS = (*LABELS, Scorer("average_precision", "average precision"), ROC_AUC)

REGRESSION = (
    Scorer("r2", "R²"),
    Scorer("root_mean_squared_error", "RMSE", less_is_better=True, in_unit=True, ranks=True),
    Scorer("mean_absolute_error", "MAE", less_is_better=True, in_unit=True),
    Scorer("median_absolute_error", "median AE", less_is_better=True, in_unit=True),
)

SETS: tuple[tuple[Scorer, ...], ...] = (CLASSIFICATION, DECISIONS, LABELS, REGRESSION)
"""The scores of each kind of answers, in the order in which reports show them; the first stands for all where there is
room for one."""

ALL = tuple(dict.fromkeys(scorer for scorers in SETS for scorer in scorers))


def scorers_of(names: Collection[str]) -> tuple[Scorer, ...]:
    """The scorers with these names. Raises ValueError where no kind of answers has them."""
    for scorers in SETS:
        if {scorer.name for scorer in scorers} == set(names):
            return scorers
    raise ValueError(f"no model has the scores {', '.join(sorted(names))}")


def ranking(scorers: tuple[Scorer, ...]) -> Scorer:
    """The one that decides which model is the best."""
    return next(scorer for scorer in scorers if scorer.ranks)

"""The scores that the folds of a model have: their names, what reports call them, and in which direction is better."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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


CLASSIFICATION = (
    Scorer("accuracy", "accuracy"),
    # Ranks: accuracy that no large class can buy.
    Scorer("balanced_accuracy", "balanced accuracy", ranks=True),
    Scorer("log_loss", "log loss", less_is_better=True),
    Scorer("roc_auc", "ROC AUC"),
)

REGRESSION = (
    Scorer("r2", "R²"),
    Scorer("root_mean_squared_error", "RMSE", less_is_better=True, in_unit=True, ranks=True),
    Scorer("mean_absolute_error", "MAE", less_is_better=True, in_unit=True),
    Scorer("median_absolute_error", "median AE", less_is_better=True, in_unit=True),
)

TASKS: Mapping[str, tuple[Scorer, ...]] = {"classification": CLASSIFICATION, "regression": REGRESSION}
"""Each in the order in which reports show them; the first stands for all where there is room for one."""

ALL = tuple(scorer for scorers in TASKS.values() for scorer in scorers)


def scorers_of(names: Collection[str]) -> tuple[Scorer, ...]:
    """The scorers of the task whose scores have these names. Raises ValueError where there is none."""
    for scorers in TASKS.values():
        if {scorer.name for scorer in scorers} == set(names):
            return scorers
    raise ValueError(f"no task has the scores {', '.join(sorted(names))}")


def ranking(scorers: tuple[Scorer, ...]) -> Scorer:
    """The one that decides which model is the best."""
    return next(scorer for scorer in scorers if scorer.ranks)

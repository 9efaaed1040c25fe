"""Scores of one fold, and their summary over the folds.

accuracy, balanced_accuracy, log_loss, and roc_auc: for two classes that of the second one (in sorted order), for more
the mean of every class against the rest.
"""

from __future__ import annotations

import math

import numpy
from sklearn import metrics

import contract
from container.errors import build_error

NAMES = ("accuracy", "balanced_accuracy", "log_loss", "roc_auc")

SMALLEST = 1e-15
"""Probabilities are cut off here for log_loss: scikit-learn itself cuts at 1e-15 or at 2e-16, by version, which
would show as a difference between models that are the same."""


def fold_scores(truth, labels, probabilities, classes: list[str]) -> dict[str, float]:
    """Scores of one fold's test rows; probabilities has one column a class, in the order of `classes`."""
    return {
        "accuracy": float(metrics.accuracy_score(truth, labels)),
        "balanced_accuracy": float(metrics.balanced_accuracy_score(truth, labels)),
        "log_loss": float(metrics.log_loss(truth, _cut(probabilities), labels=classes)),
        "roc_auc": _roc_auc(truth, probabilities, classes),
    }


def _cut(probabilities):
    cut = numpy.clip(probabilities, SMALLEST, 1 - SMALLEST)
    return cut / cut.sum(axis=1, keepdims=True)


def _roc_auc(truth, probabilities, classes: list[str]) -> float:
    if len(classes) == 2:
        return float(metrics.roc_auc_score(truth == classes[1], probabilities[:, 1]))
    return float(metrics.roc_auc_score(truth, probabilities, labels=classes, multi_class="ovr", average="macro"))


def summary(folds: list[dict[str, float]]) -> dict[str, dict]:
    """Every metric's values by fold, mean and population standard deviation, added up in one fixed way."""
    return {name: _summary(name, [fold[name] for fold in folds]) for name in NAMES}


def _summary(name: str, values: list[float]) -> dict:
    for number, value in enumerate(values, start=1):
        if not math.isfinite(value):
            raise build_error(f"fold {number} of {len(values)}: {name} is {value}", "Choose a cv with fewer folds")
    mean = math.fsum(values) / len(values)
    spread = math.fsum((value - mean) ** 2 for value in values) / len(values)
    return {"folds": values, "mean": mean, "std": math.sqrt(spread)}


def document(recipe: dict, environment: dict, rows: int, folds: list[dict[str, float]]) -> dict:
    """The scores.json of one model (contract kind "scores")."""
    return {
        "schema_version": contract.version("scores"),
        "model": recipe["model"],
        "environment": environment["name"],
        "cv": recipe["cv"]["name"],
        "rows": rows,
        "metrics": summary(folds),
    }

"""The summary of a model's scores over the folds, whatever the scores are."""

from __future__ import annotations

import math

import contract
from container.errors import build_error


def summary(folds: list[dict[str, float]]) -> dict[str, dict]:
    """Every metric's values by fold, mean and population standard deviation, added up in one fixed way."""
    return {name: _summary(name, [fold[name] for fold in folds]) for name in folds[0]}


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

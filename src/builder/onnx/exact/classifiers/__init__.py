"""One module a family of classifiers; each registers its emitters by class name."""

from __future__ import annotations

from importlib import import_module

EMITTERS = (
    "adaboost",
    "bagging",
    "bayes",
    "boosting",
    "calibration",
    "centroids",
    "discriminant",
    "dummy",
    "forest",
    "linear",
    "gaussian_process",
    "neighbours",
    "outliers",
    "pairs",
    "perceptron",
    "propagation",
    "stacking",
    "support_vectors",
    "voting",
    "wrappers",
)

for _name in EMITTERS:  # importing a module registers its emitters
    import_module(f".{_name}", __name__)

"""Thresholds of all the trees inside a fitted classifier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterator

import numpy as np


@dataclass(frozen=True)
class Threshold:
    """`single`: the feature is rounded to float32 before it is compared."""

    value: float
    single: bool


def thresholds(estimator: Any) -> dict[int, list[Threshold]]:
    """Distinct thresholds of each feature, in order."""
    by_feature: dict[int, set[tuple[float, bool]]] = {}
    for feature, value, single in _walk(estimator):
        if np.isfinite(value):
            by_feature.setdefault(feature, set()).add((value, single))
    return {f: [Threshold(*pair) for pair in sorted(by_feature[f])] for f in sorted(by_feature)}


def _walk(estimator: Any) -> Iterator[tuple[int, float, bool]]:
    tree: Any = getattr(estimator, "tree_", None)
    if hasattr(tree, "children_left"):
        inner = np.flatnonzero(tree.children_left >= 0)
        yield from ((int(tree.feature[i]), float(tree.threshold[i]), True) for i in inner)
    elif hasattr(estimator, "_predictors"):
        yield from _histogram(estimator)
    else:
        for member, features in _members(estimator):
            for feature, value, single in _walk(member):
                yield (feature if features is None else int(features[feature])), value, single


def _histogram(estimator: Any) -> Iterator[tuple[int, float, bool]]:
    if getattr(estimator, "_preprocessor", None) is not None:
        return  # its features are not the columns' order
    for stage in estimator._predictors:
        for predictor in stage:
            nodes = predictor.nodes
            numeric = ~nodes["is_leaf"].astype(bool) & ~nodes["is_categorical"].astype(bool)
            for node in nodes[numeric]:
                yield int(node["feature_idx"]), float(node["num_threshold"]), False


def _members(estimator: Any) -> Iterator[tuple[Any, Any]]:
    """The estimators inside an ensemble that see the same columns, with the columns that each one sees."""
    for calibrated in getattr(estimator, "calibrated_classifiers_", ()):
        yield getattr(calibrated, "estimator", getattr(calibrated, "base_estimator", None)), None
    members = getattr(estimator, "estimators_", ())
    features = getattr(estimator, "estimators_features_", None)
    # Not np.asarray: to numpy a forest is a list of its trees.
    for i, member in enumerate(members.ravel() if isinstance(members, np.ndarray) else members):
        yield member, None if features is None else features[i]

"""KNeighborsClassifier and RadiusNeighborsClassifier.

Brute force takes |x|**2 - 2 x.y + |y|**2, trees take the sum of squared differences; the two round differently, and
`weights="distance"` shows it near a training row. The one that was fitted is followed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arithmetic import argmax, axes, dense, matmul, not_zero, row, sum_rows
from ..distances import by_difference, by_product
from ..frame import Frame
from ..graph import Graph
from ..registry import Classified, classifier
from ..unsupported import Unsupported


@classifier("KNeighborsClassifier")
def nearest(g: Graph, estimator: Any, frame: Frame) -> Classified:
    if estimator.outputs_2d_:
        raise Unsupported(estimator, "several outputs")
    if estimator.weights not in ("uniform", "distance"):
        raise Unsupported(estimator, "weights as a function")
    distance, index = nearest_rows(g, estimator, frame)
    shown = g.constant(np.eye(len(estimator.classes_))[np.asarray(estimator._y).ravel()])
    votes = g.op("Gather", shown, index)
    if estimator.weights == "distance":
        votes = g.op("Mul", votes, g.op("Unsqueeze", weights_of(g, distance), axes(g, 2)))
    total = g.op("ReduceSum", votes, axes(g, 1), keepdims=0)
    return Classified(estimator.classes_, argmax(g, total), g.op("Div", total, sum_rows(g, total)))


def nearest_rows(g: Graph, estimator: Any, frame: Frame, count: int | None = None) -> tuple[str, str]:
    """Distances and numbers of the k nearest training rows, [N, k]; `count`: another k than the estimator was given."""
    far, power = distances(g, estimator, frame)
    k = g.constant([estimator.n_neighbors if count is None else count], np.int64)
    nearest_first, index = g.ops("TopK", [far, k], 2, axis=1, largest=0, sorted=1)
    return (g.op("Sqrt", nearest_first) if power == 2 else nearest_first), index


def distances(g: Graph, estimator: Any, frame: Frame) -> tuple[str, int]:
    """Distances to all training rows, [N, rows], of the second power where the number beside them is 2."""
    data, power = dense(estimator._fit_X), _power(estimator)
    if power == 2 and estimator._fit_method == "brute":
        return by_product(g, frame.matrix(g), data), power
    return by_difference(g, frame.matrix(g), data, power), power


@classifier("RadiusNeighborsClassifier")
def within_radius(g: Graph, estimator: Any, frame: Frame) -> Classified:
    """All rows within the radius vote; where there is none, the outlier label does, or scikit-learn refuses the row."""
    if estimator.outputs_2d_:
        raise Unsupported(estimator, "several outputs")
    count, places = len(estimator.classes_), np.asarray(estimator._y).ravel()
    near, weight = votes_within(g, estimator, frame)
    total = matmul(g, weight, np.eye(count)[places])
    none = g.op("Equal", sum_rows(g, near), row(g, 0.0, 1))
    p = g.op("Div", total, not_zero(g, sum_rows(g, total)))
    if estimator.outlier_label_ is None:
        return Classified(estimator.classes_, argmax(g, p), g.op("Where", none, row(g, np.nan, count), p))
    known = np.flatnonzero(np.asarray(estimator.classes_) == estimator.outlier_label_[0])
    if not known.size:
        raise Unsupported(estimator, "an outlier label that no training row has")
    p = g.op("Where", none, row(g, np.eye(count)[int(known[0])], count), p)
    return Classified(estimator.classes_, argmax(g, p), p)


def votes_within(g: Graph, estimator: Any, frame: Frame) -> tuple[str, str]:
    """1 for each training row within the radius, and its weight; 0 for the others, [N, rows] both."""
    if estimator.weights not in ("uniform", "distance"):
        raise Unsupported(estimator, "weights as a function")
    distance, is_near = around(g, estimator, frame)
    near = g.op("Cast", is_near, to=11)
    if estimator.weights == "uniform":
        return near, near
    infinite = row(g, np.inf, estimator._fit_X.shape[0])
    return near, weights_of(g, g.op("Where", is_near, distance, infinite))


def around(g: Graph, estimator: Any, frame: Frame) -> tuple[str, str]:
    """Distances to all training rows and whether they are within the radius, [N, rows] both."""
    far, power = distances(g, estimator, frame)
    limit = estimator.radius**2 if power == 2 else estimator.radius
    near = g.op("LessOrEqual", far, row(g, float(limit), estimator._fit_X.shape[0]))
    return (g.op("Sqrt", far) if power == 2 else far), near


def _power(estimator: Any) -> int:
    """1 for Manhattan, 2 for Euclidean distance."""
    metric, options = estimator.effective_metric_, dict(estimator.effective_metric_params_ or {})
    power = {"euclidean": 2, "manhattan": 1, "cityblock": 1, "l1": 1, "l2": 2}.get(metric, options.pop("p", None))
    if power not in (1, 2) or options.pop("w", None) is not None:
        raise Unsupported(estimator, f"metric={metric!r} with {estimator.effective_metric_params_}")
    return int(power)


def weights_of(g: Graph, distance: str) -> str:
    """1 / distance, of an infinite one 0; where a neighbour is at the very place, such neighbours alone count."""
    there = g.op("Equal", distance, row(g, 0.0, 1))
    same = g.op("Cast", there, to=11)
    any_there = g.op("Greater", g.op("ReduceMax", same, axes=[1], keepdims=1), row(g, 0.0, 1))
    return g.op("Where", any_there, same, g.op("Reciprocal", distance))

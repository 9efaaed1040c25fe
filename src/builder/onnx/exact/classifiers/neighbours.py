"""KNeighborsClassifier.

Brute force takes |x|**2 - 2 x.y + |y|**2, trees take the sum of squared differences; the two round differently, and
`weights="distance"` shows it near a training row. The one that was fitted is followed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arithmetic import affine, argmax, axes, column, row, sum_rows
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


def nearest_rows(g: Graph, estimator: Any, frame: Frame) -> tuple[str, str]:
    """Distances and numbers of the k nearest training rows, [N, k]."""
    data = estimator._fit_X
    data = np.asarray(data.toarray() if hasattr(data, "toarray") else data, dtype=np.float64)
    k = g.constant([estimator.n_neighbors], np.int64)
    power = _power(estimator)
    if power == 2 and estimator._fit_method == "brute":
        far = _by_product(g, frame.matrix(g), data)
    else:
        far = _by_difference(g, frame.matrix(g), data, power)
    nearest_first, index = g.ops("TopK", [far, k], 2, axis=1, largest=0, sorted=1)
    return (g.op("Sqrt", nearest_first) if power == 2 else nearest_first), index


def _power(estimator: Any) -> int:
    """1 for Manhattan, 2 for Euclidean distance."""
    metric, options = estimator.effective_metric_, dict(estimator.effective_metric_params_ or {})
    power = {"euclidean": 2, "manhattan": 1, "cityblock": 1, "l1": 1, "l2": 2}.get(metric, options.pop("p", None))
    if power not in (1, 2) or options.pop("w", None) is not None:
        raise Unsupported(estimator, f"metric={metric!r} with {estimator.effective_metric_params_}")
    return int(power)


def _by_product(g: Graph, x: str, data: np.ndarray) -> str:
    own = sum_rows(g, g.op("Mul", x, x))
    cross = affine(g, x, -2.0 * data.T, 0.0)
    total = g.op("Add", g.op("Add", cross, own), row(g, (data**2).sum(axis=1), len(data)))
    return g.op("Max", total, row(g, 0.0, len(data)))


def _by_difference(g: Graph, x: str, data: np.ndarray, power: int) -> str:
    """Differences feature by feature, which needs N x rows numbers and not N x rows x features."""
    first = _difference(g, column(g, x, 0), g.constant(data[:, 0][np.newaxis]), power)
    if data.shape[1] == 1:
        return first
    by_feature = g.op("Transpose", x, perm=[1, 0])
    stored = g.constant(data.T)
    body = Graph(outer=g)
    step = body.input(body.fresh(), "int64", [])
    body.input(body.fresh(), "bool", [])
    total = body.state("double")
    more = body.op("Identity", body.constant(True, np.bool_))
    feature = body.op("Add", step, body.constant(1, np.int64))
    mine = body.op("Unsqueeze", body.op("Gather", by_feature, feature), axes(body, 1))
    theirs = body.op("Unsqueeze", body.op("Gather", stored, feature), axes(body, 0))
    after = body.op("Add", total, _difference(body, mine, theirs, power))
    graph = body.body([(more, "bool", []), (after, "double", ["N", len(data)])])
    rounds = g.constant(data.shape[1] - 1, np.int64)
    return g.op("Loop", rounds, g.constant(True, np.bool_), first, body=graph)


def _difference(g: Graph, mine: str, theirs: str, power: int) -> str:
    gap = g.op("Sub", mine, theirs)
    return g.op("Mul", gap, gap) if power == 2 else g.op("Abs", gap)


def weights_of(g: Graph, distance: str) -> str:
    """1 / distance; where a neighbour is at the very place, such neighbours alone count."""
    there = g.op("Equal", distance, row(g, 0.0, 1))
    same = g.op("Cast", there, to=11)
    any_there = g.op("Greater", g.op("ReduceMax", same, axes=[1], keepdims=1), row(g, 0.0, 1))
    return g.op("Where", any_there, same, g.op("Reciprocal", distance))

"""KNeighborsRegressor and RadiusNeighborsRegressor: the mean of near training rows' targets."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arithmetic import row, sum_rows, with_row
from ..classifiers.neighbours import nearest_rows, votes_within, weights_of
from ..frame import Frame
from ..graph import Graph
from ..registry import regressor
from ..unsupported import Unsupported


@regressor("KNeighborsRegressor")
def nearest(g: Graph, estimator: Any, frame: Frame) -> str:
    if estimator.weights not in ("uniform", "distance"):
        raise Unsupported(estimator, "weights as a function")
    targets = _targets(estimator)
    distance, index = nearest_rows(g, estimator, frame)
    values = g.op("Gather", g.constant(targets), index)
    if estimator.weights == "uniform":
        return with_row(g, "Div", sum_rows(g, values), estimator.n_neighbors, 1)
    weights = weights_of(g, distance)
    return g.op("Div", sum_rows(g, g.op("Mul", values, weights)), sum_rows(g, weights))


@regressor("RadiusNeighborsRegressor")
def within_radius(g: Graph, estimator: Any, frame: Frame) -> str:
    """NaN where no training row is near enough, as scikit-learn answers."""
    targets = _targets(estimator)
    weights = votes_within(g, estimator, frame)[1]
    total = sum_rows(g, weights)
    values = sum_rows(g, g.op("Mul", weights, row(g, targets, targets.size)))
    return g.op("Div", values, total)  # zero by zero


def _targets(estimator: Any) -> np.ndarray:
    targets = np.asarray(estimator._y, dtype=np.float64)
    if targets.ndim == 2 and targets.shape[1] != 1:
        raise Unsupported(estimator, "several outputs")
    return np.ravel(targets)

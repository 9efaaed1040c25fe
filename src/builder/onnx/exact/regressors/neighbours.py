"""KNeighborsRegressor: the mean of the nearest training rows' targets."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arithmetic import sum_rows, with_row
from ..classifiers.neighbours import nearest_rows, weights_of
from ..frame import Frame
from ..graph import Graph
from ..registry import regressor
from ..unsupported import Unsupported


@regressor("KNeighborsRegressor")
def nearest(g: Graph, estimator: Any, frame: Frame) -> str:
    if estimator.weights not in ("uniform", "distance"):
        raise Unsupported(estimator, "weights as a function")
    targets = np.asarray(estimator._y, dtype=np.float64)
    if targets.ndim == 2 and targets.shape[1] != 1:
        raise Unsupported(estimator, "several outputs")
    distance, index = nearest_rows(g, estimator, frame)
    values = g.op("Gather", g.constant(targets.ravel()), index)
    if estimator.weights == "uniform":
        return with_row(g, "Div", sum_rows(g, values), estimator.n_neighbors, 1)
    weights = weights_of(g, distance)
    return g.op("Div", sum_rows(g, g.op("Mul", values, weights)), sum_rows(g, weights))

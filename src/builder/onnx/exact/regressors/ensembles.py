"""VotingRegressor, BaggingRegressor, AdaBoostRegressor and StackingRegressor: what members say, put together."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arithmetic import column, sum_parts, with_row
from ..frame import Frame, join, numeric
from ..graph import Graph
from ..registry import regress, regressor
from ..unsupported import Unsupported


@regressor("VotingRegressor")
def voting(g: Graph, estimator: Any, frame: Frame) -> str:
    parts = [regress(g, member, frame) for member in estimator.estimators_]
    weights = estimator._weights_not_none
    if weights is not None:
        parts = [with_row(g, "Mul", part, float(weight), 1) for part, weight in zip(parts, weights)]
    scale = float(len(parts)) if weights is None else float(np.sum(np.asarray(weights, dtype=np.float64)))
    return with_row(g, "Div", sum_parts(g, parts), scale, 1)


@regressor("BaggingRegressor")
def bagging(g: Graph, estimator: Any, frame: Frame) -> str:
    """Members are fitted on an array without column names, each perhaps on some of the columns."""
    unnamed = numeric(frame.matrix(g), frame.width, frame.sparse)
    parts = [
        regress(g, member, unnamed.select(g, [int(i) for i in features]))
        for member, features in zip(estimator.estimators_, estimator.estimators_features_)
    ]
    return with_row(g, "Div", sum_parts(g, parts), len(parts), 1)


@regressor("AdaBoostRegressor")
def boosted(g: Graph, estimator: Any, frame: Frame) -> str:
    """The median of the members' answers by their weights (Drucker 1997)."""
    members, weights = estimator.estimators_, np.asarray(estimator.estimator_weights_, dtype=np.float64)
    count = len(members)
    answers = g.op("Concat", *(regress(g, member, frame) for member in members), axis=1)
    ordered, places = g.ops("TopK", [answers, g.constant([count], np.int64)], 2, axis=1, largest=0, sorted=1)
    summed = g.op("CumSum", g.op("Gather", g.constant(weights[:count]), places), g.constant([1], np.int64))
    half = with_row(g, "Mul", column(g, summed, count - 1), 0.5, 1)
    first = g.op("ArgMax", g.op("Cast", g.op("GreaterOrEqual", summed, half), to=11), axis=1, keepdims=1)
    return g.op("GatherElements", ordered, first, axis=1)


@regressor("StackingRegressor")
def stacking(g: Graph, estimator: Any, frame: Frame) -> str:
    """The final estimator sees the members' answers, and the columns after them where it is told so."""
    if any(method != "predict" for method in estimator.stack_method_):
        raise Unsupported(estimator, "a member that is asked for something else than predict")
    parts = [numeric(regress(g, member, frame), 1) for member in estimator.estimators_]
    seen = join([*parts, frame] if estimator.passthrough else parts, sparse=False)
    return regress(g, estimator.final_estimator_, numeric(seen.matrix(g), seen.width))

"""Decision trees, forests and boosted trees that answer with numbers: bit-equal to scikit-learn's."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arithmetic import axes, with_row
from ..classifiers.boosting import stages, start
from ..classifiers.forest import single_output
from ..classifiers.histogram import Splits, grown
from ..frame import Frame
from ..graph import Graph
from ..registry import regressor, transform
from ..tree_ensemble import gathered_sum, leaf_rows, of_sklearn, stacked
from ..unsupported import Unsupported


@regressor(
    "DecisionTreeRegressor",
    "ExtraTreeRegressor",
    "RandomForestRegressor",
    "ExtraTreesRegressor",
)
def forest(g: Graph, estimator: Any, frame: Frame) -> str:
    """The sum of the trees' leaves, one tree after the other, divided by their number."""
    single_output(estimator)
    members = getattr(estimator, "estimators_", [estimator])
    trees = [of_sklearn(member.tree_) for member in members]
    table = stacked(trees, [np.array(member.tree_.value[:, 0, 0]) for member in members])
    total = gathered_sum(g, leaf_rows(g, frame.matrix(g), trees, single=True), table)
    total = g.op("Reshape", total, axes(g, -1, 1))
    return total if len(trees) == 1 else with_row(g, "Div", total, len(trees), 1)


@regressor("GradientBoostingRegressor")
def gradient_boosting(g: Graph, estimator: Any, frame: Frame) -> str:
    members = estimator.estimators_.ravel()
    trees = [of_sklearn(member.tree_) for member in members]
    values = [estimator.learning_rate * member.tree_.value[:, 0, 0] for member in members]
    rows = leaf_rows(g, frame.matrix(g), trees, single=True)
    return stages(g, rows, trees, values, start(estimator, frame.width))


@regressor("HistGradientBoostingRegressor")
def histogram_boosting(g: Graph, estimator: Any, frame: Frame) -> str:
    """Poisson's and Gamma's losses have a logarithmic link."""
    preprocessor = getattr(estimator, "_preprocessor", None)  # since 1.4; puts categorical columns first
    if preprocessor is not None:
        frame = transform(g, preprocessor, frame)
    splits = Splits.of(estimator, frame.width)
    predictors = [predictor for stage in estimator._predictors for predictor in stage]
    trees = [grown(predictor, splits) for predictor in predictors]
    values = [predictor.nodes["value"].astype(np.float64) for predictor in predictors]
    rows = leaf_rows(g, splits.widened(g, frame.matrix(g)), trees, single=False)
    raw = stages(g, rows, trees, values, np.ravel(estimator._baseline_prediction))
    if not isinstance(estimator.loss, str):
        raise Unsupported(estimator, "a loss of its own")
    return g.op("Exp", raw) if estimator.loss in ("poisson", "gamma") else raw

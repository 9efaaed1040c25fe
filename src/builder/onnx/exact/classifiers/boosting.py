"""GradientBoostingClassifier and HistGradientBoostingClassifier: raw scores bit-equal to scikit-learn's."""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np

from builder.compat.exporting import gradient_boosting_labels_from_probabilities, histogram_labels_from_probabilities

from ..arithmetic import above, argmax, axes, flat, logistic_pair, row, softmax, with_row
from ..frame import Frame
from ..graph import Graph
from ..registry import Classified, classifier, transform
from ..tree_ensemble import Tree, leaf_rows, of_sklearn, stacked
from ..unsupported import Unsupported
from .histogram import Splits, grown


@classifier("GradientBoostingClassifier")
def gradient_boosting(g: Graph, estimator: Any, frame: Frame) -> Classified:
    first = start(estimator, frame.width)
    grid = estimator.estimators_
    trees = [of_sklearn(member.tree_) for member in grid.ravel()]
    values = [estimator.learning_rate * member.tree_.value[:, 0, 0] for member in grid.ravel()]
    raw = stages(g, leaf_rows(g, frame.matrix(g), trees, single=True), trees, values, first)
    logit = with_row(g, "Mul", raw, 2.0, 1) if estimator.loss == "exponential" else raw
    probabilities = _probabilities(g, estimator, logit)
    if gradient_boosting_labels_from_probabilities():
        index = argmax(g, probabilities)
    elif first.size == 1:  # a raw score of zero is the second class
        index = flat(g, g.op("Cast", g.op("GreaterOrEqual", raw, row(g, 0.0, 1)), to=7))
    else:
        index = argmax(g, raw)
    return Classified(estimator.classes_, index, probabilities, raw)


def start(estimator: Any, width: int) -> np.ndarray:
    """Raw score before the first tree; the same for every row unless the model was given an `init` of its own."""
    init = estimator.init_
    if not isinstance(init, str) and type(init).__name__ not in ("DummyClassifier", "DummyRegressor"):
        raise Unsupported(estimator, f"init={type(init).__name__}")
    return np.ravel(np.asarray(estimator._raw_predict_init(np.zeros((1, width))), dtype=np.float64))


@classifier("HistGradientBoostingClassifier")
def histogram_boosting(g: Graph, estimator: Any, frame: Frame) -> Classified:
    preprocessor = getattr(estimator, "_preprocessor", None)  # since 1.4; puts categorical columns first
    if preprocessor is not None:
        frame = transform(g, preprocessor, frame)
    splits = Splits.of(estimator, frame.width)
    trees = [grown(predictor, splits) for stage in estimator._predictors for predictor in stage]
    values = [predictor.nodes["value"].astype(np.float64) for stage in estimator._predictors for predictor in stage]
    rows = leaf_rows(g, splits.widened(g, frame.matrix(g)), trees, single=False)
    baseline = np.ravel(estimator._baseline_prediction)
    raw = stages(g, rows, trees, values, baseline)
    probabilities = _probabilities(g, estimator, raw)
    if histogram_labels_from_probabilities():
        index = argmax(g, probabilities)
    else:
        index = above(g, raw, 0.0) if baseline.size == 1 else argmax(g, raw)
    return Classified(estimator.classes_, index, probabilities, raw)


def stages(g: Graph, rows: str, trees: Sequence[Tree], values: list[np.ndarray], start: np.ndarray) -> str:
    """`start` plus the trees' values, stage after stage, [N, trees a stage]; adding `start` first keeps the order."""
    width = start.size
    first = [start[k] + values[k] for k in range(width)]
    table = stacked(trees, [*first, *values[width:]])
    leaves = g.op("Gather", g.constant(table), rows)
    if width == 1:
        return g.op("Reshape", g.op("ReduceSum", leaves, axes(g, 0), keepdims=0), axes(g, -1, 1))
    by_stage = g.op("Reshape", leaves, axes(g, len(trees) // width, -1))
    total = g.op("ReduceSum", by_stage, axes(g, 0), keepdims=0)
    return g.op("Transpose", g.op("Reshape", total, axes(g, width, -1)), perm=[1, 0])


def _probabilities(g: Graph, estimator: Any, logit: str) -> str:
    return logistic_pair(g, logit) if len(estimator.classes_) == 2 else softmax(g, logit)

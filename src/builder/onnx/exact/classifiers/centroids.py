"""NearestCentroid: the class whose mean is nearest, from 1.6 on with prior probabilities and a decision function."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arithmetic import argmax, column, row, softmax, sum_rows, with_row
from ..frame import Frame
from ..graph import Graph
from ..registry import Classified, classifier
from ..unsupported import Unsupported


@classifier("NearestCentroid")
def nearest_centroid(g: Graph, estimator: Any, frame: Frame) -> Classified:
    """Scores are those of Hastie, Tibshirani and Friedman 2009, equation 18.2."""
    if estimator.metric not in ("euclidean", "manhattan"):
        raise Unsupported(estimator, f"metric={estimator.metric!r}")
    classes, centroids = estimator.classes_, np.asarray(estimator.centroids_, dtype=np.float64)
    x = frame.matrix(g)
    far = _distances(g, x, centroids, estimator.metric)
    nearest = g.op("ArgMin", far, axis=1, keepdims=0)
    if not hasattr(estimator, "decision_function"):
        return Classified(classes, nearest)
    scores = _scores(g, estimator, x, centroids)
    equal = np.isclose(estimator.class_prior_, 1 / len(classes)).all()
    decision = g.op("Sub", column(g, scores, 1), column(g, scores, 0)) if len(classes) == 2 else scores
    return Classified(classes, nearest if equal else argmax(g, scores), softmax(g, scores), decision)


def _scores(g: Graph, estimator: Any, x: str, centroids: np.ndarray) -> str:
    spread = np.asarray(estimator.within_class_std_dev_, dtype=np.float64)
    unit = np.where(spread != 0, spread, 1.0)
    far = _distances(g, with_row(g, "Div", x, unit, unit.size), centroids / unit, "euclidean")
    return with_row(g, "Add", g.op("Neg", far), 2.0 * np.log(estimator.class_prior_), len(centroids))


def _distances(g: Graph, x: str, centroids: np.ndarray, metric: str) -> str:
    """[N, classes], of Euclidean ones the squares."""
    parts = []
    for centroid in centroids:
        gap = with_row(g, "Sub", x, centroid, centroid.size)
        parts.append(sum_rows(g, g.op("Mul", gap, gap) if metric == "euclidean" else g.op("Abs", gap)))
    return g.op("Concat", *parts, axis=1) if len(parts) > 1 else g.op("Add", parts[0], row(g, 0.0, 1))

"""QuadraticDiscriminantAnalysis."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arithmetic import argmax, matmul, row, softmax, sum_rows, with_row
from ..frame import Frame
from ..graph import Graph
from ..registry import Classified, classifier


@classifier("QuadraticDiscriminantAnalysis")
def quadratic(g: Graph, estimator: Any, frame: Frame) -> Classified:
    """Log posteriors; Hastie, Tibshirani and Friedman 2009, equation 4.12."""
    x, count = frame.matrix(g), len(estimator.classes_)
    norms = []
    for mean, rotation, scaling in zip(estimator.means_, estimator.rotations_, estimator.scalings_):
        turned = matmul(g, with_row(g, "Sub", x, mean, frame.width), rotation * scaling**-0.5)
        norms.append(sum_rows(g, g.op("Mul", turned, turned)))
    volume = np.array([np.sum(np.log(s)) for s in estimator.scalings_])
    total = with_row(g, "Add", g.op("Concat", *norms, axis=1), volume, count)
    posterior = g.op("Add", with_row(g, "Mul", total, -0.5, count), row(g, np.log(estimator.priors_), count))
    return Classified(estimator.classes_, argmax(g, posterior), softmax(g, posterior), _decision(g, posterior, count))


def _decision(g: Graph, posterior: str, count: int) -> str:
    if count > 2:
        return posterior
    second, first = (g.op("Gather", posterior, g.constant([i], np.int64), axis=1) for i in (1, 0))
    return g.op("Sub", second, first)

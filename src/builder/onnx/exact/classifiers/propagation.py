"""LabelPropagation and LabelSpreading: classes of the training rows, by their kernel or among the nearest ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arithmetic import argmax, axes, dense, matmul, row, sum_rows
from ..distances import by_product
from ..frame import Frame
from ..graph import Graph
from ..kernels import decayed
from ..registry import Classified, classifier
from ..unsupported import Unsupported
from .neighbours import nearest_rows


@classifier("LabelPropagation", "LabelSpreading")
def propagated(g: Graph, estimator: Any, frame: Frame) -> Classified:
    table = np.asarray(estimator.label_distributions_, dtype=np.float64)
    if estimator.kernel == "knn":
        shown = g.op("Gather", g.constant(table), nearest_rows(g, estimator.nn_fit, frame)[1])
        total = g.op("ReduceSum", shown, axes(g, 1), keepdims=0)
    elif estimator.kernel == "rbf":
        rows = dense(estimator.X_)
        far = by_product(g, frame.matrix(g), rows, stored_first=True)
        total = matmul(g, decayed(g, g.op("Mul", far, row(g, -float(estimator.gamma), len(rows))), len(rows)), table)
    else:
        raise Unsupported(estimator, "a kernel of its own")
    p = g.op("Div", total, sum_rows(g, total))
    return Classified(estimator.classes_, argmax(g, p), p)

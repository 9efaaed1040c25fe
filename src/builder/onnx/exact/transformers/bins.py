"""KBinsDiscretizer."""

from __future__ import annotations

from typing import Any

import numpy as np

from builder.compat.exporting import bins_have_tolerance

from ..arithmetic import row, with_row
from ..frame import Frame, numeric
from ..graph import Graph
from ..piecewise import Pieces
from ..registry import transformer

RTOL, ATOL = 1e-5, 1e-8


@transformer("KBinsDiscretizer")
def discretize(g: Graph, estimator: Any, frame: Frame) -> Frame:
    x, width = frame.matrix(g), frame.width
    if bins_have_tolerance():
        slack = with_row(g, "Add", with_row(g, "Mul", g.op("Abs", x), RTOL, width), ATOL, width)
        x = g.op("Add", x, slack)
    counts = [int(n) for n in estimator.n_bins_]
    pieces = Pieces(g, x, [edges[1:-1] for edges in estimator.bin_edges_], right=True)
    # A column whose bins were all too small has none left. Whatever it holds is in the first; up to 1.0, where numbers
    # are cut off at the last one, in the one before it.
    last = [n - 1 if bins_have_tolerance() else max(n - 1, 0) for n in counts]
    intervals = [np.arange(max(len(edges) - 1, 1)) for edges in estimator.bin_edges_]
    numbers = pieces.lookup([np.minimum(each, end) for each, end in zip(intervals, last)])
    if estimator.encode == "ordinal":
        return numeric(numbers, width)
    return numeric(_one_hot(g, numbers, counts), sum(counts), sparse=estimator.encode == "onehot")


def _one_hot(g: Graph, numbers: str, counts: list[int]) -> str:
    """Column f repeated once for each of its bins, compared with the bins' numbers."""
    repeated = g.op("Gather", numbers, g.constant(np.repeat(np.arange(len(counts)), counts), np.int64), axis=1)
    bins = np.concatenate([np.arange(n) for n in counts])
    return g.op("Cast", g.op("Equal", repeated, row(g, bins, bins.size)), to=11)

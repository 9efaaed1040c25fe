"""IsotonicRegression: a line between thresholds of one column."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arithmetic import row, with_row
from ..frame import Frame
from ..graph import Graph
from ..piecewise import Pieces
from ..registry import regressor
from ..unsupported import Unsupported


@regressor("IsotonicRegression")
def isotonic(g: Graph, estimator: Any, frame: Frame) -> str:
    """What is beyond the thresholds is clipped, or NaN; scikit-learn refuses it where it is told to."""
    if frame.width != 1:
        raise Unsupported(estimator, "several columns")
    x, places, values = (
        frame.matrix(g),
        *(np.asarray(p, float) for p in (estimator.X_thresholds_, estimator.y_thresholds_)),
    )
    low, high = row(g, float(places[0]), 1), row(g, float(places[-1]), 1)
    if places.size == 1:
        answer = with_row(g, "Add", with_row(g, "Mul", x, 0.0, 1), float(values[0]), 1)
    else:
        kept = g.op("Min", g.op("Max", x, low), high)
        slopes = np.diff(values) / np.diff(places)
        pieces = Pieces(g, kept, [places[1:-1]], right=False)
        slope, start, shift = (pieces.lookup([part]) for part in (slopes, places[:-1], values[:-1]))
        answer = g.op("Add", g.op("Mul", slope, g.op("Sub", kept, start)), shift)
    if estimator.out_of_bounds == "clip":
        return answer
    outside = g.op("Or", g.op("Less", x, low), g.op("Greater", x, high))
    return g.op("Where", outside, row(g, np.nan, 1), answer)

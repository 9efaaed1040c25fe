"""QuantileTransformer, with the inverse normal distribution for `output_distribution="normal"`."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arithmetic import row, with_row
from ..frame import Frame, numeric
from ..graph import Graph
from ..piecewise import interpolate
from ..registry import transformer
from .normal import quantile_of_normal
from .scalers import clipped

BOUNDS_THRESHOLD = 1e-7


@transformer("QuantileTransformer")
def quantile(g: Graph, estimator: Any, frame: Frame) -> Frame:
    x, width = frame.matrix(g), frame.width
    quantiles = estimator.quantiles_
    y = _between(g, x, list(quantiles.T), estimator.references_, width)
    normal = estimator.output_distribution == "normal"
    margin = BOUNDS_THRESHOLD if normal else 0.0
    y = _bounded(g, x, y, quantiles, margin, width)
    if normal:
        low, high = _clips(estimator)
        y = clipped(g, quantile_of_normal(g, y, width), low, high, width)
    return numeric(y, width)


def _between(g: Graph, x: str, points: list[np.ndarray], references: np.ndarray, width: int) -> str:
    """Mean of the interpolations from below and from above, which differ where quantiles repeat."""
    rising = interpolate(g, x, points, [references] * width)
    falling = interpolate(g, g.op("Neg", x), [-p[::-1] for p in points], [-references[::-1]] * width)
    return with_row(g, "Mul", g.op("Sub", rising, falling), 0.5, width)


def _bounded(g: Graph, x: str, y: str, quantiles: np.ndarray, margin: float, width: int) -> str:
    """0 and 1 at the bounds; the lower bound is written last, so it wins in a constant column."""
    first, last = row(g, quantiles[0], width), row(g, quantiles[-1], width)
    if margin:
        at_top = g.op("Greater", with_row(g, "Add", x, margin, width), last)
        at_bottom = g.op("Less", with_row(g, "Sub", x, margin, width), first)
    else:
        at_top, at_bottom = g.op("Equal", x, last), g.op("Equal", x, first)
    y = g.op("Where", at_top, row(g, 1.0, width), y)
    return g.op("Where", at_bottom, row(g, 0.0, width), y)


def _clips(estimator: Any) -> tuple[np.ndarray, np.ndarray]:
    """What the fitted transformer answers far below and far above its data."""
    far = 1.0 + np.abs(estimator.quantiles_).max(axis=0)
    column = estimator._transform_col
    ends = [
        [column(np.array([sign * f]), q, False)[0] for sign in (-2.0, 2.0)] for f, q in zip(far, estimator.quantiles_.T)
    ]
    return np.array(ends)[:, 0], np.array(ends)[:, 1]

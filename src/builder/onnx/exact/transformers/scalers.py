"""Scalers, each with scikit-learn's operations in scikit-learn's order, so that the bits agree."""

from __future__ import annotations

from typing import Any

import numpy as np

from builder.compat.exporting import smallest_norm

from ..arithmetic import row, sum_rows, with_row
from ..frame import Frame, numeric
from ..graph import Graph
from ..registry import transformer


def _shifted(g: Graph, frame: Frame, shift: Any, scale: Any) -> Frame:
    """`(x - shift) / scale`, either of which may be None; sparse data is multiplied by the reciprocal instead."""
    x, width = frame.matrix(g), frame.width
    if shift is not None:
        x = with_row(g, "Sub", x, shift, width)
    if scale is not None and frame.sparse:
        x = with_row(g, "Mul", x, 1.0 / np.asarray(scale), width)
    elif scale is not None:
        x = with_row(g, "Div", x, scale, width)
    return numeric(x, width, frame.sparse)


@transformer("StandardScaler")
def standard(g: Graph, estimator: Any, frame: Frame) -> Frame:
    return _shifted(g, frame, estimator.mean_ if estimator.with_mean else None, estimator.scale_)


@transformer("RobustScaler")
def robust(g: Graph, estimator: Any, frame: Frame) -> Frame:
    return _shifted(
        g,
        frame,
        estimator.center_ if estimator.with_centering else None,
        estimator.scale_ if estimator.with_scaling else None,
    )


@transformer("MaxAbsScaler")
def max_abs(g: Graph, estimator: Any, frame: Frame) -> Frame:
    scaled = _shifted(g, frame, None, estimator.scale_)
    if not getattr(estimator, "clip", False):
        return scaled
    return numeric(clipped(g, scaled.matrix(g), -1.0, 1.0, frame.width), frame.width, frame.sparse)


@transformer("MinMaxScaler")
def min_max(g: Graph, estimator: Any, frame: Frame) -> Frame:
    x = with_row(g, "Mul", frame.matrix(g), estimator.scale_, frame.width)
    x = with_row(g, "Add", x, estimator.min_, frame.width)
    if getattr(estimator, "clip", False):
        low, high = estimator.feature_range
        x = clipped(g, x, low, high, frame.width)
    return numeric(x, frame.width)


def clipped(g: Graph, x: str, low: Any, high: Any, width: int) -> str:
    """Values between low and high; NaN stays NaN."""
    low_row, high_row = row(g, low, width), row(g, high, width)
    x = g.op("Where", g.op("Less", x, low_row), low_row, x)
    return g.op("Where", g.op("Greater", x, high_row), high_row, x)


@transformer("Binarizer")
def binarize(g: Graph, estimator: Any, frame: Frame) -> Frame:
    hit = g.op("Greater", frame.matrix(g), row(g, estimator.threshold, frame.width))
    return numeric(g.op("Cast", hit, to=11), frame.width, frame.sparse)


@transformer("Normalizer")
def normalize_rows(g: Graph, estimator: Any, frame: Frame) -> Frame:
    x = frame.matrix(g)
    if estimator.norm == "l2":
        norm = g.op("Sqrt", sum_rows(g, g.op("Mul", x, x)))
    elif estimator.norm == "l1":
        norm = sum_rows(g, g.op("Abs", x))
    else:
        norm = g.op("ReduceMax", g.op("Abs", x), axes=[1], keepdims=1)
    limit = 0.0 if frame.sparse else smallest_norm()  # rows of a sparse matrix are asked for zero alone
    empty = g.op("Less", norm, row(g, limit, 1)) if limit else g.op("Equal", norm, row(g, 0.0, 1))
    return numeric(g.op("Div", x, g.op("Where", empty, row(g, 1.0, 1), norm)), frame.width, frame.sparse)

"""SplineTransformer: B-splines by de Boor's recurrence, in scipy's order (de Boor 1978; `fitpack`'s `_deBoor_D`)."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.interpolate import BSpline

from ..arithmetic import row, with_row
from ..frame import Frame, numeric
from ..graph import Graph
from ..piecewise import Pieces
from ..registry import transformer
from ..unsupported import Unsupported


@transformer("SplineTransformer")
def splines(g: Graph, estimator: Any, frame: Frame) -> Frame:
    """All basis functions of a column, one column after the other. What is beyond the knots follows `extrapolation`;
    scikit-learn refuses it where that is "error"."""
    x, width, degree = frame.matrix(g), frame.width, int(estimator.degree)
    if estimator.extrapolation == "linear" and degree <= 1 and width > 1:
        raise Unsupported(estimator, "lines of the first degree, whose ends it takes from elsewhere in later columns")
    curves = estimator.bsplines_
    count = curves[0].c.shape[1]
    low = np.array([curve.t[degree] for curve in curves])
    high = np.array([curve.t[-degree - 1] for curve in curves])
    missing = g.op("IsNaN", x)
    asked = g.op("Where", missing, row(g, low, width), x)
    kept = asked
    if estimator.extrapolation == "periodic":
        kept = _wrapped(g, asked, low, high, width)
    elif estimator.extrapolation in ("constant", "linear"):
        kept = g.op("Min", g.op("Max", asked, row(g, low, width)), row(g, high, width))
    inner = [curve.t[degree : len(curve.t) - degree] for curve in curves]
    pieces = Pieces(g, kept, [knots[1:-1] for knots in inner], right=True)
    parts = _recurrence(g, pieces, kept, curves, degree, width)
    beyond = g.op("Sub", asked, kept) if estimator.extrapolation == "linear" else None
    values = []
    for basis in range(count):
        value = _summed(g, pieces, parts, [curve.c[:, basis] for curve in curves])
        if beyond is not None:
            slope = _slopes(g, curves, basis, beyond, width, (low, high))
            value = g.op("Add", value, g.op("Mul", beyond, slope))
        values.append(g.op("Where", missing, row(g, 0.0, width), value))
    joined = g.op("Concat", *values, axis=1)
    chosen = [basis * width + place for place in range(width) for basis in range(count)]
    if not estimator.include_bias:
        chosen = [number for number in chosen if number // width != count - 1]
    return numeric(g.op("Gather", joined, g.constant(chosen, np.int64), axis=1), len(chosen))


def _wrapped(g: Graph, x: str, low: np.ndarray, high: np.ndarray, width: int) -> str:
    """Into the period from low to high, as Python's modulo does it."""
    period = row(g, high - low, width)
    rest = g.op("Mod", with_row(g, "Sub", x, low, width), period, fmod=1)
    rest = g.op("Where", g.op("Less", rest, row(g, 0.0, width)), g.op("Add", rest, period), rest)
    return with_row(g, "Add", rest, low, width)


def _recurrence(g: Graph, pieces: Pieces, x: str, curves: list[BSpline], degree: int, width: int) -> list[str]:
    """The degree + 1 basis functions that are not zero between two knots, each [N, width]."""
    one, zero = row(g, 1.0, width), row(g, 0.0, width)
    parts = [with_row(g, "Add", with_row(g, "Mul", x, 0.0, width), 1.0, width)]
    for order in range(1, degree + 1):
        before, parts = parts, [zero]
        for place in range(1, order + 1):
            later, earlier = (
                pieces.lookup([_knots(curve, degree, place - shift) for curve in curves]) for shift in (0, order)
            )
            span = g.op("Sub", later, earlier)
            same = g.op("Equal", span, zero)
            share = g.op("Div", before[place - 1], g.op("Where", same, one, span))
            share = g.op("Where", same, zero, share)
            parts[-1] = g.op("Add", parts[-1], g.op("Mul", share, g.op("Sub", later, x)))
            parts.append(g.op("Mul", share, g.op("Sub", x, earlier)))
    return parts


def _knots(curve: BSpline, degree: int, offset: int) -> np.ndarray:
    """Of each interval the knot that stands so far behind its beginning."""
    places = np.arange(degree, len(curve.t) - degree - 1) + offset
    return np.asarray(curve.t[places])


def _summed(g: Graph, pieces: Pieces, parts: list[str], coefficients: list[np.ndarray]) -> str:
    """One basis function of each column: parts by the coefficients of the interval, one after the other."""
    counts = [len(each) - len(parts) + 1 for each in coefficients]
    total = ""
    for place, part in enumerate(parts):
        tables = [each[place : place + count] for each, count in zip(coefficients, counts)]
        term = g.op("Mul", pieces.lookup(tables), part)
        total = g.op("Add", total, term) if total else term
    return total


def _slopes(
    g: Graph, curves: list[BSpline], basis: int, beyond: str, width: int, ends: tuple[np.ndarray, np.ndarray]
) -> str:
    """The slope at the end that a value is beyond."""
    at_low, at_high = (np.array([curve(end, nu=1)[basis] for curve, end in zip(curves, places)]) for places in ends)
    below = g.op("Less", beyond, row(g, 0.0, width))
    return g.op("Where", below, row(g, at_low, width), row(g, at_high, width))

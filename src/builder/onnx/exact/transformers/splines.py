"""SplineTransformer: B-splines as polynomials between their knots (de Boor 1978)."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np
from scipy.interpolate import BSpline, PPoly

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
    polynomials = [_polynomials(curve, degree) for curve in curves]
    pieces = Pieces(g, kept, [polynomial[0].x[1:-1] for polynomial in polynomials], right=True)
    offset = g.op("Sub", kept, pieces.lookup([polynomial[0].x[:-1] for polynomial in polynomials]))
    beyond = g.op("Sub", asked, kept) if estimator.extrapolation == "linear" else None
    values = []
    for basis in range(count):
        value = _horner(g, pieces, offset, lambda k, b=basis: [p[b].c[k] for p in polynomials], degree)
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


def _polynomials(curve: Any, degree: int) -> list[PPoly]:
    """Each basis function between the knots where all of them are defined."""
    inner = slice(degree, len(curve.t) - degree - 1)
    knots = curve.t[degree : len(curve.t) - degree]
    whole = [PPoly.from_spline((curve.t, np.asarray(curve.c[:, basis]), degree)) for basis in range(curve.c.shape[1])]
    return [PPoly(each.c[:, inner], knots) for each in whole]


def _horner(g: Graph, pieces: Pieces, offset: str, coefficients: Callable[[int], list[np.ndarray]], degree: int) -> str:
    value = pieces.lookup(coefficients(0))
    for power in range(1, degree + 1):
        value = g.op("Add", g.op("Mul", value, offset), pieces.lookup(coefficients(power)))
    return value


def _slopes(
    g: Graph, curves: list[BSpline], basis: int, beyond: str, width: int, ends: tuple[np.ndarray, np.ndarray]
) -> str:
    """The slope at the end that a value is beyond."""
    at_low, at_high = (np.array([curve(end, nu=1)[basis] for curve, end in zip(curves, places)]) for places in ends)
    below = g.op("Less", beyond, row(g, 0.0, width))
    return g.op("Where", below, row(g, at_low, width), row(g, at_high, width))

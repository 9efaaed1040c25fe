"""PowerTransformer (Yeo and Johnson 2000; Box and Cox 1964)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arithmetic import column, expm1, log1p, row
from ..frame import Frame, numeric
from ..graph import Graph
from ..registry import transform, transformer


@transformer("PowerTransformer")
def power(g: Graph, estimator: Any, frame: Frame) -> Frame:
    x = frame.matrix(g)
    emit = _box_cox if estimator.method == "box-cox" else _form_of(estimator)
    parts = [emit(g, column(g, x, i), float(value)) for i, value in enumerate(estimator.lambdas_)]
    powered = numeric(parts[0] if len(parts) == 1 else g.op("Concat", *parts, axis=1), frame.width)
    return transform(g, estimator._scaler, powered) if estimator.standardize else powered


def _form_of(estimator: Any) -> Any:
    """scikit-learn's own formula is a power; SciPy's (scipy.stats.yeojohnson), which replaces it, is exp and log."""
    return _yeo_johnson if hasattr(estimator, "_yeo_johnson_transform") else _yeo_johnson_of_scipy


def _split(g: Graph, x: str, above: str, below: str) -> str:
    """`above` where x >= 0, `below` elsewhere; missing stays missing in both."""
    return g.op("Where", g.op("GreaterOrEqual", x, row(g, 0.0, 1)), above, below)


def _sides(g: Graph, x: str) -> tuple[str, str]:
    """x and -x, each kept to where it is meant, so that no power of a negative number is taken."""
    zero, negated = row(g, 0.0, 1), g.op("Neg", x)
    return (
        g.op("Where", g.op("Less", x, zero), zero, x),
        g.op("Where", g.op("GreaterOrEqual", x, zero), zero, negated),
    )


def _yeo_johnson(g: Graph, x: str, value: float) -> str:
    up, down = _sides(g, x)
    tiny = np.spacing(1.0)
    above = log1p(g, up, 1) if abs(value) < tiny else _power(g, up, value)
    below = log1p(g, down, 1) if abs(value - 2) <= tiny else _power(g, down, 2 - value)
    return _split(g, x, above, g.op("Neg", below))


def _power(g: Graph, x: str, exponent: float) -> str:
    """((x + 1) ** exponent - 1) / exponent."""
    one = row(g, 1.0, 1)
    raised = g.op("Pow", g.op("Add", x, one), row(g, exponent, 1))
    return g.op("Div", g.op("Sub", raised, one), row(g, exponent, 1))


def _yeo_johnson_of_scipy(g: Graph, x: str, value: float) -> str:
    up, down = _sides(g, x)
    tiny = np.spacing(1.0)
    above = log1p(g, up, 1) if abs(value) < tiny else _expm1_over(g, log1p(g, up, 1), value)
    below = log1p(g, down, 1) if abs(value - 2) <= tiny else _expm1_over(g, log1p(g, down, 1), 2 - value)
    return _split(g, x, above, g.op("Neg", below))


def _expm1_over(g: Graph, log: str, value: float) -> str:
    """expm1(value * log) / value."""
    scaled = g.op("Mul", log, row(g, value, 1))
    return g.op("Div", expm1(g, scaled, 1), row(g, value, 1))


def _box_cox(g: Graph, x: str, value: float) -> str:
    """scipy.special.boxcox: log(x), or expm1(lambda * log(x)) / lambda."""
    log = g.op("Log", x)
    return log if abs(value) < 1e-19 else _expm1_over(g, log, value)

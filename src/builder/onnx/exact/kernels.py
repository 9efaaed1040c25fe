"""Kernels of Gaussian processes between rows and stored rows, [N, rows] (`sklearn.gaussian_process.kernels`)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .arithmetic import matmul, not_zero, row, sum_rows, with_row
from .distances import by_difference
from .graph import Graph
from .unsupported import Unsupported

VANISHED = -708.0
"""Of what is smaller, the exponential is taken for zero."""


def kernel(g: Graph, fitted: Any, x: str, rows: np.ndarray) -> str:
    """Values of a fitted kernel for x [N, columns] and rows of as many columns."""
    name, count = type(fitted).__name__, len(rows)
    if name in ("Sum", "Product"):
        parts = [kernel(g, part, x, rows) for part in (fitted.k1, fitted.k2)]
        return g.op("Add" if name == "Sum" else "Mul", *parts)
    if name == "Exponentiation":
        return g.op("Pow", kernel(g, fitted.kernel, x, rows), row(g, float(fitted.exponent), count))
    if name in ("ConstantKernel", "WhiteKernel"):
        # Noise is of a row with itself alone, and no row that is asked is one of the stored ones.
        value = float(fitted.constant_value) if name == "ConstantKernel" else 0.0
        return g.op("Add", row(g, value, count), with_row(g, "Mul", sum_rows(g, x), 0.0, 1))
    if name == "DotProduct":
        return with_row(g, "Add", matmul(g, x, rows.T), float(fitted.sigma_0) ** 2, count)
    if name not in STATIONARY:
        raise Unsupported(fitted, "no exact ONNX form of this kernel is known")
    scale = np.broadcast_to(np.asarray(fitted.length_scale, dtype=np.float64), rows.shape[1])
    if name == "ExpSineSquared":
        scale = np.ones(rows.shape[1])
    far = by_difference(g, with_row(g, "Div", x, scale, scale.size), rows / scale, 2)
    return STATIONARY[name](g, fitted, far, count)


def diagonal(fitted: Any, columns: int) -> float:
    """The value of a stationary kernel between a row and itself. Raises Unsupported for others."""
    if getattr(fitted, "is_stationary", lambda: False)():
        return float(fitted.diag(np.zeros((1, columns)))[0])
    raise Unsupported(fitted, "a kernel that is not stationary")


def _rbf(g: Graph, fitted: Any, far: str, count: int) -> str:
    return decayed(g, with_row(g, "Mul", far, -0.5, count), count)


def _matern(g: Graph, fitted: Any, far: str, count: int) -> str:
    """Rasmussen and Williams 2006, section 4.2, where nu is a half integer."""
    if fitted.nu == math.inf:
        return _rbf(g, fitted, far, count)
    if fitted.nu not in (0.5, 1.5, 2.5):
        raise Unsupported(fitted, f"nu={fitted.nu:g}, which needs Bessel functions")
    distance = with_row(g, "Mul", g.op("Sqrt", far), math.sqrt(2 * fitted.nu), count)
    shrunk = decayed(g, g.op("Neg", distance), count)
    if fitted.nu == 0.5:
        return shrunk
    factor = with_row(g, "Add", distance, 1.0, count)
    if fitted.nu == 2.5:
        factor = g.op("Add", factor, with_row(g, "Div", g.op("Mul", distance, distance), 3.0, count))
    return g.op("Mul", factor, shrunk)


def _rational(g: Graph, fitted: Any, far: str, count: int) -> str:
    # Its one length stands in the distance already.
    share = with_row(g, "Div", far, 2.0 * float(fitted.alpha), count)
    return g.op("Pow", with_row(g, "Add", share, 1.0, count), row(g, -float(fitted.alpha), count))


def _periodic(g: Graph, fitted: Any, far: str, count: int) -> str:
    turned = with_row(g, "Mul", g.op("Sqrt", far), math.pi / float(fitted.periodicity), count)
    wave = with_row(g, "Div", g.op("Sin", turned), float(fitted.length_scale), count)
    return g.op("Exp", with_row(g, "Mul", g.op("Mul", wave, wave), -2.0, count))


def decayed(g: Graph, x: str, width: int) -> str:
    """exp(x) of what is not positive: of a row far away it is zero, where older versions of ONNX Runtime stop at
    1e-308. A sum of zeros has no sign."""
    return g.op("Where", g.op("Less", x, row(g, VANISHED, width)), row(g, 0.0, width), g.op("Exp", x))


STATIONARY = {"RBF": _rbf, "Matern": _matern, "RationalQuadratic": _rational, "ExpSineSquared": _periodic}


def pairwise(g: Graph, estimator: Any, x: str, rows: np.ndarray) -> str:
    """Values of `sklearn.metrics.pairwise_kernels` between x [N, columns] and rows, by the estimator's `kernel`,
    `gamma`, `degree` and `coef0`."""
    name, count, width = estimator.kernel, len(rows), rows.shape[1]
    gamma = 1.0 / width if estimator.gamma is None else float(estimator.gamma)
    if name in ("rbf", "laplacian"):
        far = by_difference(g, x, rows, 2 if name == "rbf" else 1)
        return decayed(g, with_row(g, "Mul", far, -gamma, count), count)
    if name == "linear":
        return matmul(g, x, rows.T)
    if name == "cosine":
        own, stored = g.op("Sqrt", sum_rows(g, g.op("Mul", x, x))), np.sqrt((rows**2).sum(axis=1, keepdims=True))
        return matmul(g, g.op("Div", x, not_zero(g, own)), (rows / np.where(stored == 0, 1.0, stored)).T)
    if name in ("poly", "polynomial", "sigmoid"):
        # What an estimator leaves open, the kernel's own function has: a degree of 3, and one.
        shift = 1.0 if estimator.coef0 is None else float(estimator.coef0)
        inner = with_row(g, "Add", matmul(g, x, gamma * rows.T), shift, count)
        if name == "sigmoid":
            return g.op("Tanh", inner)
        degree = 3.0 if estimator.degree is None else float(estimator.degree)
        return g.op("Pow", inner, row(g, degree, count))
    raise Unsupported(estimator, f"kernel={name!r}")

"""Small sums that many estimators share, written so that ONNX Runtime keeps them in double.

ONNX Runtime 1.26 and later (onnxruntime #28145) fold a Mul or Div by a one-element constant into a neighbouring MatMul
as a float32 factor. Rows of constants are therefore always as wide as the data, and nothing of width one goes into or
comes out of a MatMul.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .graph import Graph


def row(g: Graph, values: Any, width: int) -> str:
    """A constant [1, width]."""
    return g.constant(np.broadcast_to(np.asarray(values, dtype=np.float64).reshape(1, -1), (1, width)))


def with_row(g: Graph, operator: str, x: str, values: Any, width: int) -> str:
    """`x operator values` for x of shape [N, width]."""
    return g.op(operator, x, row(g, values, width))


def dense(matrix: Any) -> np.ndarray:
    """A stored matrix, which may be a sparse one, as an array of doubles."""
    return np.asarray(matrix.toarray() if hasattr(matrix, "toarray") else matrix, dtype=np.float64)


def beside(g: Graph, parts: list[str]) -> str:
    """Matrices of as many rows side by side."""
    return parts[0] if len(parts) == 1 else g.op("Concat", *parts, axis=1)


def not_zero(g: Graph, x: str) -> str:
    """[N, 1] to divide by: 1 where it is zero."""
    return g.op("Where", g.op("Equal", x, row(g, 0.0, 1)), row(g, 1.0, 1), x)


def matmul(g: Graph, x: str, weights: Any) -> str:
    """`x @ weights` for weights of shape [inputs, outputs]."""
    weights = np.asarray(weights, dtype=np.float64)
    if weights.shape[0] == 1:
        return g.op("Mul", x, g.constant(weights))
    if weights.shape[1] == 1:  # a factor of one element behind it would be folded in: compute two columns, keep one
        return column(g, g.op("MatMul", x, g.constant(np.hstack([weights, weights]))), 0)
    return g.op("MatMul", x, g.constant(weights))


def affine(g: Graph, x: str, weights: Any, intercept: Any) -> str:
    """`x @ weights + intercept`."""
    weights = np.asarray(weights, dtype=np.float64)
    return with_row(g, "Add", matmul(g, x, weights), intercept, weights.shape[1])


def axes(g: Graph, *numbers: int) -> str:
    return g.constant(list(numbers), np.int64)


def sum_rows(g: Graph, x: str) -> str:
    """Sum over the columns, [N, 1]."""
    return g.op("ReduceSum", x, axes(g, 1), keepdims=1)


def flat(g: Graph, x: str) -> str:
    """[N, 1] as [N]."""
    return g.op("Reshape", x, axes(g, -1))


def argmax(g: Graph, x: str) -> str:
    """First column with the largest value, int64 [N]."""
    return g.op("ArgMax", x, axis=1, keepdims=0)


def column(g: Graph, x: str, index: int) -> str:
    """One column of a matrix, [N, 1]."""
    return g.op("Gather", x, g.constant([index], np.int64), axis=1)


def above(g: Graph, x: str, limit: float) -> str:
    """`x > limit` for x [N, 1] as int64 [N]."""
    return flat(g, g.op("Cast", g.op("Greater", x, row(g, limit, 1)), to=7))


def both(g: Graph, p: str) -> str:
    """[N, 1] probabilities of the second class as [N, 2]."""
    return g.op("Concat", g.op("Sub", row(g, 1.0, 1), p), p, axis=1)


def logistic_pair(g: Graph, decision: str) -> str:
    """Probabilities [N, 2] of a logistic decision [N, 1]."""
    return both(g, g.op("Sigmoid", decision))


def expit(g: Graph, x: str, width: int) -> str:
    """The logistic function as scipy computes it, 1 / (1 + exp(-x)).

    Small values keep their relative precision, which ONNX Runtime's Sigmoid, 1 - 1 / (1 + exp(x)), loses.
    """
    one = row(g, 1.0, width)
    return g.op("Div", one, g.op("Add", one, g.op("Exp", g.op("Neg", x))))


def softmax(g: Graph, x: str) -> str:
    """Softmax over the columns in the order that scikit-learn's own takes: subtract the maximum, exp, divide."""
    e = g.op("Exp", g.op("Sub", x, g.op("ReduceMax", x, axes=[1], keepdims=1)))
    return g.op("Div", e, sum_rows(g, e))


def normalize(g: Graph, x: str, width: int) -> str:
    """Each row divided by its sum; a row of zeros becomes uniform."""
    total = sum_rows(g, x)
    empty = g.op("Equal", total, row(g, 0.0, 1))
    x = g.op("Where", empty, row(g, 1.0, width), x)
    return g.op("Div", x, g.op("Where", empty, row(g, float(width), 1), total))


def log1p(g: Graph, x: str, width: int) -> str:
    """log(1 + x) without loss near zero: log(u) * x / (u - 1) with u = 1 + x (Goldberg 1991, theorem 4)."""
    one = row(g, 1.0, width)
    u = g.op("Add", x, one)
    d = g.op("Sub", u, one)
    small = g.op("Equal", d, row(g, 0.0, width))
    exact = g.op("Div", g.op("Mul", g.op("Log", u), x), g.op("Where", small, one, d))
    return g.op("Where", small, x, exact)


def expm1(g: Graph, x: str, width: int) -> str:
    """exp(x) - 1 without loss near zero (Kahan): (u - 1) * x / log(u) with u = exp(x)."""
    one = row(g, 1.0, width)
    u = g.op("Exp", x)
    d = g.op("Sub", u, one)
    same = g.op("Equal", u, one)
    plain = g.op("Or", g.op("Greater", g.op("Abs", x), row(g, 1.0, width)), g.op("IsNaN", x))
    log_u = g.op("Log", g.op("Where", g.op("Or", same, plain), row(g, 2.0, width), u))
    return g.op("Where", same, x, g.op("Where", plain, d, g.op("Div", g.op("Mul", d, x), log_u)))


def stack(g: Graph, parts: list[str]) -> str:
    """Matrices [N, C] on top of each other, [parts, N, C]."""
    raised = [g.op("Unsqueeze", part, axes(g, 0)) for part in parts]
    return raised[0] if len(raised) == 1 else g.op("Concat", *raised, axis=0)


def sum_parts(g: Graph, parts: list[str]) -> str:
    """Sum of matrices, one after the other."""
    return g.op("ReduceSum", stack(g, parts), axes(g, 0), keepdims=0)

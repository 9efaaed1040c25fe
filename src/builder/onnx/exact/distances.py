"""Distances of rows to stored rows, [N, rows]: by products or by differences, which round differently."""

from __future__ import annotations

import numpy as np

from .arithmetic import affine, axes, column, row, sum_rows
from .graph import Graph


def by_product(g: Graph, x: str, data: np.ndarray, stored_first: bool = False) -> str:
    """|x|**2 - 2 x.y + |y|**2, never below zero: what brute force takes, and what loses digits near a row. The square
    that is added first is that of x, or of the stored row where scikit-learn asks for the distances the other way."""
    own, cross = sum_rows(g, g.op("Mul", x, x)), affine(g, x, -2.0 * data.T, 0.0)
    squares = [own, row(g, (data**2).sum(axis=1), len(data))]
    first, second = reversed(squares) if stored_first else squares
    total = g.op("Add", g.op("Add", cross, first), second)
    return g.op("Max", total, row(g, 0.0, len(data)))


def by_difference(g: Graph, x: str, data: np.ndarray, power: int) -> str:
    """Differences feature by feature, which needs N x rows numbers and not N x rows x features."""
    first = _difference(g, column(g, x, 0), g.constant(data[:, 0][np.newaxis]), power)
    if data.shape[1] == 1:
        return first
    by_feature = g.op("Transpose", x, perm=[1, 0])
    stored = g.constant(data.T)
    body = Graph(outer=g)
    step = body.input(body.fresh(), "int64", [])
    body.input(body.fresh(), "bool", [])
    total = body.state("double")
    more = body.op("Identity", body.constant(True, np.bool_))
    feature = body.op("Add", step, body.constant(1, np.int64))
    mine = body.op("Unsqueeze", body.op("Gather", by_feature, feature), axes(body, 1))
    theirs = body.op("Unsqueeze", body.op("Gather", stored, feature), axes(body, 0))
    after = body.op("Add", total, _difference(body, mine, theirs, power))
    graph = body.body([(more, "bool", []), (after, "double", ["N", len(data)])])
    rounds = g.constant(data.shape[1] - 1, np.int64)
    return g.op("Loop", rounds, g.constant(True, np.bool_), first, body=graph)


def _difference(g: Graph, mine: str, theirs: str, power: int) -> str:
    gap = g.op("Sub", mine, theirs)
    return g.op("Mul", gap, gap) if power == 2 else g.op("Abs", gap)

"""Functions with pieces: the interval that a value falls in is found by a balanced tree, in double."""

from __future__ import annotations

from typing import Sequence

import numpy as np

from .graph import Graph
from .tree_ensemble import Tree, leaf_rows


class Pieces:
    """Intervals of each column of x [N, F] between its sorted `edges`.

    With `right` an edge belongs to the interval above it (interval = number of edges <= x), else to the one below
    (number of edges < x), as numpy.searchsorted has it.
    """

    def __init__(self, g: Graph, x: str, edges: Sequence[np.ndarray], right: bool) -> None:
        self._g = g
        self._count = len(edges)
        grown = [_search_tree(np.asarray(e, dtype=np.float64), column, right) for column, e in enumerate(edges)]
        self._orders = [order for _, order in grown]
        self._rows = leaf_rows(g, x, [tree for tree, _ in grown], single=False)

    def lookup(self, values: Sequence[np.ndarray]) -> str:
        """For each column a value an interval, [N, F]."""
        table = np.concatenate([np.asarray(v, dtype=np.float64)[order] for v, order in zip(values, self._orders)])
        # Numbers of rows are turned over, not what stands there: up to 1.20 ONNX Runtime makes one operator of a
        # Transpose and the MatMul behind it, for which it has no kernel in double.
        return self._g.op("Gather", self._g.constant(table), self._g.op("Transpose", self._rows, perm=[1, 0]))


def _search_tree(edges: np.ndarray, column: int, right: bool) -> tuple[Tree, np.ndarray]:
    """A tree whose leaves are the intervals, and the intervals in the order of the leaves."""
    cuts = np.nextafter(edges, -np.inf) if right else edges  # x < e is x <= the double below e
    left: list[int] = []
    right_of: list[int] = []
    threshold: list[float] = []
    order: list[int] = []

    def grow(low: int, high: int) -> int:
        node = len(left)
        left.append(-1)
        right_of.append(-1)
        threshold.append(0.0)
        if low == high:
            order.append(low)
            return node
        middle = (low + high) // 2
        threshold[node] = float(cuts[middle])
        left[node] = grow(low, middle)
        right_of[node] = grow(middle + 1, high)
        return node

    grow(0, len(cuts))
    zeros = np.zeros(len(left), dtype=np.int64)
    return Tree(np.array(left), np.array(right_of), zeros + column, np.array(threshold), zeros), np.array(order)


def interpolate(g: Graph, x: str, xs: Sequence[np.ndarray], ys: Sequence[np.ndarray]) -> str:
    """numpy.interp of each column of x [N, F] between its own points; constant beyond the ends."""
    pieces = Pieces(g, x, xs, right=True)
    slopes, starts, bases = zip(*(_lines(np.asarray(a, np.float64), np.asarray(b, np.float64)) for a, b in zip(xs, ys)))
    run = g.op("Sub", x, pieces.lookup(starts))
    return g.op("Add", g.op("Mul", pieces.lookup(slopes), run), pieces.lookup(bases))


def _lines(xs: np.ndarray, ys: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Slope, start and base of each interval, the two outer ones included."""
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = np.diff(ys) / np.diff(xs)
    inner = np.where(np.diff(xs) > 0, inner, 0.0)  # between equal points no value falls
    slopes = np.concatenate([[0.0], inner, [0.0]])
    return slopes, np.concatenate([[xs[0]], xs]), np.concatenate([[ys[0]], ys])

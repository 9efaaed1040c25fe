"""PolynomialFeatures, multiplied in the order that scikit-learn multiplies in."""

from __future__ import annotations

from itertools import combinations, combinations_with_replacement
from typing import Any

import numpy as np

from ..arithmetic import row
from ..frame import Frame, numeric
from ..graph import Graph
from ..registry import transformer


@transformer("PolynomialFeatures")
def polynomial(g: Graph, estimator: Any, frame: Frame) -> Frame:
    """The product of columns a <= b <= c is (b * c) * a: each degree extends the one below."""
    low, high = _degrees(estimator)
    blocks, width = [], 0
    for degree, block, names in _powers(g, frame.matrix(g), frame.width, high, estimator.interaction_only):
        if degree >= max(low, 1):
            blocks.append(block)
            width += len(names)
    if estimator.include_bias:
        blocks.insert(0, _ones(g, frame))
        width += 1
    return numeric(blocks[0] if len(blocks) == 1 else g.op("Concat", *blocks, axis=1), width, frame.sparse)


def _degrees(estimator: Any) -> tuple[int, int]:
    if isinstance(estimator.degree, (tuple, list)):
        return int(estimator.degree[0]), int(estimator.degree[1])
    return 0, int(estimator.degree)


def _powers(g: Graph, x: str, width: int, high: int, distinct: bool) -> Any:
    choose: Any = combinations if distinct else combinations_with_replacement
    block, names = x, list(choose(range(width), 1))
    yield 1, block, names
    for degree in range(2, high + 1):
        below = {name: i for i, name in enumerate(names)}
        names = list(choose(range(width), degree))
        if not names:
            return
        rest = g.op("Gather", block, g.constant([below[name[1:]] for name in names], np.int64), axis=1)
        block = g.op("Mul", rest, g.op("Gather", x, g.constant([name[0] for name in names], np.int64), axis=1))
        yield degree, block, names


def _ones(g: Graph, frame: Frame) -> str:
    first = g.op("Gather", frame.matrix(g), g.constant([0], np.int64), axis=1)
    never = g.op("And", g.op("IsNaN", first), g.op("Not", g.op("IsNaN", first)))
    return g.op("Where", never, row(g, 0.0, 1), row(g, 1.0, 1))

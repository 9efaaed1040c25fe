"""The search trees of nearest neighbours (KDTree, BallTree), whose row numbers scikit-learn follows unchecked."""

from __future__ import annotations

import numpy

from builder.trust.archive import Archive, plain
from builder.trust.indices import MALFORMED, require
from builder.trust.nodes import walk
from builder.trust.refusal import refused

BOUNDS = {"KDTree": 2, "BallTree": 1}
"""How many rows of bounds a node has: the lower and the upper one, or its centre."""


def check(source: Archive) -> None:
    """Raise a build error where a search tree leads out of its nodes or its rows."""
    for node, _ in walk(source.schema):
        if node.get("__class__") in BOUNDS:
            try:
                _check_tree(node["content"]["content"], BOUNDS[node["__class__"]], source)
            except MALFORMED as error:
                raise refused("holds a search tree that is not written as scikit-learn writes one") from error


def _check_tree(state: list[dict], bounds: int, source: Archive) -> None:
    """State: rows, their order, nodes, bounds, size of a leaf, levels, number of nodes, and what no index is in."""
    rows, order, nodes, boxes = (source.array(part) for part in state[:4])
    count = plain(state[6])
    if nodes.shape != (count,) or boxes.shape != (bounds, count, rows.shape[1]) or order.shape != rows.shape[:1]:
        raise refused("holds a search tree whose parts have different sizes")
    require((order >= 0) & (order < len(rows)), f"a search tree of {len(rows)} rows with the row", order)
    start, end = nodes["idx_start"], nodes["idx_end"]
    require((start >= 0) & (start <= end), "a search tree whose rows begin at", start)
    require(end <= len(rows), f"a search tree of {len(rows)} rows whose rows end at", end)
    children = 2 * numpy.arange(count) + 2
    require((nodes["is_leaf"] != 0) | (children < count), f"a search tree of {count} nodes with the child", children)

"""Trees of HistGradientBoosting, whose splits compare doubles, know missing values and sets of categories.

A split on a set of categories becomes a split on a derived column, which is 0 for a row that goes left and 1 for one
that goes right. The derived columns are rows of a table with one row for each of the 256 possible categories and one
for missing (scikit-learn, `ensemble/_hist_gradient_boosting/_predictor.pyx`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from builder.compat.exporting import negative_categories_wrap

from ..arithmetic import column, flat, row
from ..graph import Graph
from ..tree_ensemble import Tree

MISSING_ROW = 256


@dataclass
class Splits:
    """The derived columns, found while the trees are read: for each categorical feature its go-left tables."""

    width: int
    known: np.ndarray
    place: np.ndarray
    tables: list[tuple[int, np.ndarray]] = field(default_factory=list)

    @classmethod
    def of(cls, estimator: Any, width: int) -> Splits:
        mapper = estimator._bin_mapper
        if getattr(mapper, "is_categorical_", None) is None:
            return cls(width, np.zeros((0, 8), np.uint32), np.zeros(width, np.uint32))
        return cls(width, *mapper.make_known_categories_bitsets())

    def column_of(self, feature: int, left: np.ndarray, missing_left: bool) -> int:
        """Position of the derived column of a split, which is made when it is new."""
        goes_left = np.append(_members(left), missing_left)
        unknown = ~_members(self.known[self.place[feature]]) & ~goes_left[:MISSING_ROW]
        goes_left[:MISSING_ROW][unknown] = missing_left
        for index, (other, table) in enumerate(self.tables):
            if other == feature and np.array_equal(table, goes_left):
                return self.width + index
        self.tables.append((feature, goes_left))
        return self.width + len(self.tables) - 1

    def widened(self, g: Graph, x: str) -> str:
        """The data with the derived columns after it."""
        blocks, order = [], []
        for feature in sorted({f for f, _ in self.tables}):
            mine = [i for i, (f, _) in enumerate(self.tables) if f == feature]
            table = np.array([self.tables[i][1] for i in mine]).T
            blocks.append(g.op("Gather", g.constant(np.where(table, 0.0, 1.0)), _category(g, x, feature)))
            order.extend(mine)
        if not blocks:
            return x
        derived = blocks[0] if len(blocks) == 1 else g.op("Concat", *blocks, axis=1)
        return g.op("Concat", x, g.op("Gather", derived, g.constant(np.argsort(order), np.int64), axis=1), axis=1)


def _members(bitset: np.ndarray) -> np.ndarray:
    numbers = np.arange(MISSING_ROW)
    return ((np.asarray(bitset, dtype=np.uint32)[numbers // 32] >> (numbers % 32).astype(np.uint32)) & 1).astype(bool)


def _category(g: Graph, x: str, feature: int) -> str:
    """Row of the table, int64 [N]; a double becomes a category as C does it, by its lowest byte."""
    value = column(g, x, feature)
    missing = g.op("IsNaN", value)
    if not negative_categories_wrap():
        missing = g.op("Or", missing, g.op("Less", value, row(g, 0.0, 1)))
    whole = g.op("Cast", g.op("Where", missing, row(g, 0.0, 1), value), to=7)
    byte = g.op("Mod", whole, g.constant([[256]], np.int64))
    return flat(g, g.op("Where", missing, g.constant([[MISSING_ROW]], np.int64), byte))


def grown(predictor: Any, splits: Splits) -> Tree:
    """A TreePredictor; its categorical splits get derived columns."""
    nodes = predictor.nodes
    leaf = nodes["is_leaf"].astype(bool)
    feature = nodes["feature_idx"].astype(np.int64)
    threshold = nodes["num_threshold"].astype(np.float64)
    missing = nodes["missing_go_to_left"].astype(np.int64)
    for i in np.flatnonzero(nodes["is_categorical"].astype(bool) & ~leaf):
        left = predictor.raw_left_cat_bitsets[nodes["bitset_idx"][i]]
        feature[i] = splits.column_of(int(feature[i]), left, bool(missing[i]))
        threshold[i] = 0.5
    feature[leaf] = 0
    threshold[leaf] = 0.0
    left = np.where(leaf, -1, nodes["left"].astype(np.int64))
    return Tree(left, np.where(leaf, -1, nodes["right"].astype(np.int64)), feature, threshold, missing)

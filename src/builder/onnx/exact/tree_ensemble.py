"""Decision trees in ONNX without loss: a TreeEnsembleRegressor finds the leaf, double arithmetic does the rest.

TreeEnsembleRegressor of ai.onnx.ml 3 answers in float32. So each tree is one target, whose answer is the number of the
leaf (exact up to 2**24), and the leaf's values are looked up in double. Leaves are laid out [trees, N, ...]: a sum
over the first axis adds the trees one after the other, as scikit-learn does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Sequence

import numpy as np
from onnx import numpy_helper

from .arithmetic import axes
from .graph import Graph


@dataclass(frozen=True)
class Tree:
    """Nodes of one tree, root first: `left` is -1 in a leaf; `x <= threshold` goes left, NaN where `missing` says."""

    left: np.ndarray
    right: np.ndarray
    feature: np.ndarray
    threshold: np.ndarray
    missing: np.ndarray

    @property
    def leaves(self) -> np.ndarray:
        return np.flatnonzero(self.left < 0)


def of_sklearn(tree: Any, features: np.ndarray | None = None) -> Tree:
    """A `sklearn.tree._tree.Tree`; `features` renames the features of a tree that was fitted on some columns only."""
    missing = getattr(tree, "missing_go_to_left", None)  # since 1.3
    if missing is None:
        missing = np.zeros(tree.node_count, dtype=np.uint8)
    feature = np.maximum(tree.feature, 0)
    return Tree(
        np.asarray(tree.children_left),
        np.asarray(tree.children_right),
        feature if features is None else np.asarray(features)[feature],
        np.asarray(tree.threshold),
        np.asarray(missing),
    )


def float32_floor(values: np.ndarray) -> np.ndarray:
    """Largest float32 that is not above each value: `x <= value` and `x <= floor` agree for every float32 x."""
    low = values.astype(np.float32)
    too_high = low.astype(np.float64) > values
    low[too_high] = np.nextafter(low[too_high], np.float32(-np.inf))
    return low


def leaf_rows(g: Graph, x: str, trees: Sequence[Tree], single: bool) -> str:
    """Row of each tree's leaf in the stacked table of all trees' leaves, int64 [trees, N].

    `single` compares in float32, as scikit-learn's trees do; histogram trees compare in double.
    """
    if single:
        x = g.op("Cast", x, to=1)
    numbers = g.op("TreeEnsembleRegressor", x, domain="ai.onnx.ml", **_attributes([_grown(t) for t in trees], single))
    local = g.op("Transpose", g.op("Cast", numbers, to=7), perm=[1, 0])
    offsets = np.cumsum([0] + [tree.leaves.size for tree in trees[:-1]])
    return g.op("Add", local, g.constant(offsets.reshape(-1, 1), np.int64))


def stacked(trees: Sequence[Tree], values: Sequence[np.ndarray]) -> np.ndarray:
    """The table that `leaf_rows` points into, from one array of node values a tree."""
    return np.concatenate([value[tree.leaves] for tree, value in zip(trees, values)])


def gathered_sum(g: Graph, rows: str, table: np.ndarray) -> str:
    """Sum over the trees of their leaves' rows: [N] or [N, width]."""
    return g.op("ReduceSum", g.op("Gather", g.constant(table), rows), axes(g, 0), keepdims=0)


def _grown(tree: Tree) -> tuple[Tree, np.ndarray]:
    """The tree with each leaf's number; a root that is a leaf becomes a split with the same leaf twice."""
    numbers = np.zeros(tree.left.size, dtype=np.float64)
    numbers[tree.leaves] = np.arange(tree.leaves.size)
    if tree.left[0] >= 0:
        return tree, numbers
    zeros = np.zeros(3, dtype=np.int64)
    return Tree(np.array([1, -1, -1]), np.array([2, -1, -1]), zeros, zeros.astype(np.float64), zeros), np.zeros(3)


def _attributes(trees: list[tuple[Tree, np.ndarray]], single: bool) -> dict[str, Any]:
    sizes = [tree.left.size for tree, _ in trees]
    ids = np.repeat(np.arange(len(trees)), sizes)
    nodes = np.concatenate([np.arange(size) for size in sizes])
    left = np.concatenate([tree.left for tree, _ in trees]).astype(np.int64)
    right = np.concatenate([tree.right for tree, _ in trees]).astype(np.int64)
    leaf = left < 0
    structure = {
        "n_targets": len(trees),
        "post_transform": "NONE",
        "aggregate_function": "SUM",
        "nodes_treeids": ids.tolist(),
        "nodes_nodeids": nodes.tolist(),
        "nodes_featureids": np.where(leaf, 0, np.concatenate([tree.feature for tree, _ in trees])).tolist(),
        "nodes_truenodeids": np.where(leaf, 0, left).tolist(),
        "nodes_falsenodeids": np.where(leaf, 0, right).tolist(),
        "nodes_modes": ["LEAF" if is_leaf else "BRANCH_LEQ" for is_leaf in leaf],
        "nodes_missing_value_tracks_true": np.where(leaf, 0, np.concatenate([tree.missing for tree, _ in trees]))
        .astype(np.int64)
        .tolist(),
        "target_treeids": ids[leaf].tolist(),
        "target_nodeids": nodes[leaf].tolist(),
        "target_ids": ids[leaf].tolist(),
    }
    threshold = np.where(leaf, 0.0, np.concatenate([tree.threshold for tree, _ in trees]))
    weights = np.concatenate([numbers for _, numbers in trees])[leaf]
    return {**structure, **_numbers(threshold, weights, single)}


def _numbers(threshold: np.ndarray, weights: np.ndarray, single: bool) -> dict[str, Any]:
    if single:
        return {"nodes_values": float32_floor(threshold).tolist(), "target_weights": weights.tolist()}
    return {
        "nodes_values_as_tensor": numpy_helper.from_array(threshold, "nodes_values"),
        "target_weights_as_tensor": numpy_helper.from_array(weights, "target_weights"),
    }

"""The nodes of decision trees and of histogram gradient boosting, whose indices scikit-learn follows unchecked.

https://github.com/scikit-learn/scikit-learn/pull/34558 tells what a crafted index does.
"""

from __future__ import annotations

import numpy

from builder.trust.archive import Archive, plain
from builder.trust.indices import MALFORMED, require, require_tree
from builder.trust.nodes import attributes, walk
from builder.trust.refusal import refused

COLUMNS = ("n_features_in_", "n_features_", "_n_features")
"""Attributes in which estimators keep the number of their columns, and which they compare new rows with."""

UNCHECKED = ("sklearn.ensemble._forest", "sklearn.ensemble._gb", "sklearn.ensemble._iforest")
"""Modules of ensembles that pass rows to their trees without another look at the number of columns."""


def check(source: Archive) -> None:
    """Raise a build error where a tree leads out of its nodes or columns."""
    for node, owners in walk(source.schema):
        try:
            if node["__loader__"] == "TreeNode":
                _check_tree(node, owners, source)
            elif node.get("__class__") == "TreePredictor":
                _check_predictor(attributes(node), owners, source)
        except MALFORMED as error:
            raise refused("holds a tree that is not written as scikit-learn writes one") from error


def _check_tree(node: dict, owners: tuple[dict, ...], source: Archive) -> None:
    """sklearn.tree._tree.Tree: made of (columns, classes of each output, outputs), then its nodes and values."""
    features, classes, outputs = node["__reduce__"]["args"]["content"]
    n_features, n_classes, n_outputs = plain(features), source.array(classes), plain(outputs)
    state = node["content"]["content"]
    nodes, values = source.array(state["nodes"]), source.array(state["values"])
    shape = (len(nodes), n_outputs, int(n_classes.max()))
    if n_classes.shape != (n_outputs,) or n_classes.min() < 1 or values.shape != shape:
        raise refused(f"holds a decision tree with values of the shape {values.shape}, not {shape}")
    if plain(state["node_count"]) != len(nodes):
        raise refused(f"holds a decision tree of {len(nodes)} nodes that says it has {plain(state['node_count'])}")
    _check_columns(n_features, owners)
    _check_nodes(nodes, n_features, plain(state["max_depth"]))


def _check_nodes(nodes: numpy.ndarray, n_features: int, max_depth: int) -> None:
    left, right, feature = (nodes[name].astype(numpy.int64) for name in ("left_child", "right_child", "feature"))
    inner = left != -1
    require(inner | (right == -1), "a decision tree with a leaf that has a right child", right)
    depth = require_tree("a decision tree", left, right, inner)
    fits = (feature >= 0) & (feature < n_features)
    require(~inner | fits, f"a decision tree on {n_features} columns that asks for the column", feature)
    if depth > max_depth:
        raise refused(f"holds a decision tree of depth {depth} that says it has {max_depth}")


def _check_columns(n_features: int, owners: tuple[dict, ...]) -> None:
    """A tree has as many columns as the estimator that owns it, and as the ensemble that uses it without a look."""
    nearest = _columns(owners[0]) if owners else set()
    using = [_columns(owner) for owner in owners[1:] if str(owner["__module__"]).startswith(UNCHECKED)]
    if not nearest or any(columns - {n_features} for columns in (nearest, *using)):
        raise refused(f"holds a decision tree on {n_features} columns in an estimator of another number of columns")


def _columns(owner: dict) -> set[int]:
    """The numbers of columns that an estimator says it has."""
    return {plain(node) for name, node in attributes(owner).items() if name in COLUMNS}


def _check_predictor(state: dict, owners: tuple[dict, ...], source: Archive) -> None:
    """TreePredictor of histogram gradient boosting: nodes, and one row of eight words for each categorical split."""
    nodes = source.array(state["nodes"])
    n_features = min(_columns(owners[0]))
    mapper = attributes(attributes(owners[0])["_bin_mapper"])
    if len(source.array(mapper["is_categorical_"])) != n_features:
        raise refused(f"holds a boosted tree on {n_features} columns with bins of another number of columns")
    left, right, feature = (nodes[name].astype(numpy.int64) for name in ("left", "right", "feature_idx"))
    inner = nodes["is_leaf"] == 0
    require_tree("a boosted tree", left, right, inner)
    fits = (feature >= 0) & (feature < n_features)
    require(~inner | fits, f"a boosted tree on {n_features} columns that asks for the column", feature)
    bitsets = [source.array(state[name]) for name in ("raw_left_cat_bitsets", "binned_left_cat_bitsets")]
    count = min(len(rows) for rows in bitsets if rows.shape[1] == 8)
    split = inner & (nodes["is_categorical"] != 0)
    require(
        ~split | (nodes["bitset_idx"] < count), f"a boosted tree with {count} sets and the set", nodes["bitset_idx"]
    )

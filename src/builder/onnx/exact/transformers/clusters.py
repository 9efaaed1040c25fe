"""Rows by their distances to centres, and by the leaves of trees that nobody taught."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arithmetic import axes
from ..distances import by_difference
from ..frame import Frame, numeric
from ..graph import Graph
from ..registry import transformer
from ..tree_ensemble import leaf_rows, of_sklearn


@transformer("KMeans", "MiniBatchKMeans", "BisectingKMeans")
def distances_to_centres(g: Graph, estimator: Any, frame: Frame) -> Frame:
    return _distances(g, frame, estimator.cluster_centers_)


@transformer("Birch")
def distances_to_subclusters(g: Graph, estimator: Any, frame: Frame) -> Frame:
    return _distances(g, frame, estimator.subcluster_centers_)


def _distances(g: Graph, frame: Frame, centres: Any) -> Frame:
    centres = np.asarray(centres, dtype=np.float64)
    return numeric(g.op("Sqrt", by_difference(g, frame.matrix(g), centres, 2)), len(centres))


@transformer("RandomTreesEmbedding")
def leaves(g: Graph, estimator: Any, frame: Frame) -> Frame:
    """One column a leaf of each tree that a training row fell into, as its encoder has them."""
    members = [member.tree_ for member in estimator.estimators_]
    trees = [of_sklearn(tree) for tree in members]
    known = estimator.one_hot_encoder_.categories_
    width = sum(len(each) for each in known)
    table, start = [], 0
    for tree, leaves_seen in zip(trees, known):
        shown = np.zeros((tree.leaves.size, width))
        for place, leaf in enumerate(leaves_seen):
            shown[np.flatnonzero(tree.leaves == leaf), start + place] = 1.0
        table.append(shown)
        start += len(leaves_seen)
    rows = leaf_rows(g, frame.matrix(g), trees, single=True)
    found = g.op("Gather", g.constant(np.concatenate(table)), rows)
    return numeric(g.op("ReduceSum", found, axes(g, 0), keepdims=0), width, bool(estimator.sparse_output))

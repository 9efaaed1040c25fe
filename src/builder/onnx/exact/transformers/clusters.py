"""Rows by their distances: to centres, to near training rows, along them; and by the leaves of trees nobody taught."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arithmetic import axes, column, row, with_row
from ..classifiers.neighbours import around, distances, nearest_rows
from ..distances import by_difference
from ..frame import Frame, numeric
from ..graph import Graph
from ..registry import transformer
from ..tree_ensemble import leaf_rows, of_sklearn
from ..unsupported import Unsupported
from .features import components


@transformer("KMeans", "MiniBatchKMeans", "BisectingKMeans")
def distances_to_centres(g: Graph, estimator: Any, frame: Frame) -> Frame:
    return _distances(g, frame, estimator.cluster_centers_)


@transformer("Birch")
def distances_to_subclusters(g: Graph, estimator: Any, frame: Frame) -> Frame:
    return _distances(g, frame, estimator.subcluster_centers_)


def _distances(g: Graph, frame: Frame, centres: Any) -> Frame:
    centres = np.asarray(centres, dtype=np.float64)
    return numeric(g.op("Sqrt", by_difference(g, frame.matrix(g), centres, 2)), len(centres))


@transformer("KNeighborsTransformer")
def nearest_graph(g: Graph, estimator: Any, frame: Frame) -> Frame:
    """One column a training row: the distance to the nearest ones, or 1, and zero for all others."""
    far, power = distances(g, estimator, frame)
    nearest = estimator.n_neighbors + (estimator.mode == "distance")
    values, _ = g.ops("TopK", [far, g.constant([nearest], np.int64)], 2, axis=1, largest=0, sorted=1)
    near = g.op("LessOrEqual", far, column(g, values, int(nearest) - 1))
    return _graph(g, estimator, g.op("Sqrt", far) if power == 2 else far, near)


@transformer("RadiusNeighborsTransformer")
def radius_graph(g: Graph, estimator: Any, frame: Frame) -> Frame:
    return _graph(g, estimator, *around(g, estimator, frame))


def _graph(g: Graph, estimator: Any, distance: str, near: str) -> Frame:
    count = estimator._fit_X.shape[0]
    shown = distance if estimator.mode == "distance" else row(g, 1.0, count)
    return numeric(g.op("Where", near, shown, row(g, 0.0, count)), count, True)


@transformer("Isomap")
def along_the_rows(g: Graph, estimator: Any, frame: Frame) -> Frame:
    """The shortest way to each training row over the nearest ones, then principal components of a kernel (Tenenbaum, de
    Silva and Langford 2000)."""
    if getattr(estimator, "radius", None) is not None:
        raise Unsupported(estimator, "neighbours within a radius")
    paths = np.asarray(estimator.dist_matrix_, dtype=np.float64)
    distance, index = nearest_rows(g, estimator.nbrs_, frame)
    ways = g.op("Add", g.op("Gather", g.constant(paths), index), g.op("Unsqueeze", distance, axes(g, 2)))
    shortest = g.op("ReduceMin", ways, axes=[1], keepdims=0)
    kernel = with_row(g, "Mul", g.op("Mul", shortest, shortest), -0.5, len(paths))
    return components(g, estimator.kernel_pca_, kernel, len(paths))


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

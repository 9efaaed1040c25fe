"""Detectors of outliers: label -1 where the decision score is below zero, else 1.

Sources: `sklearn/ensemble/_iforest.py`, `sklearn/neighbors/_lof.py`, `sklearn/covariance/_elliptic_envelope.py`,
`sklearn/svm/src/libsvm/svm.cpp` (svm_predict_values), `sklearn/linear_model/_stochastic_gradient.py`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from builder.data import INLIER, OUTLIER

from ..arithmetic import affine, axes, dense, matmul, row, sum_rows, with_row
from ..frame import Frame
from ..graph import Graph
from ..registry import Classified, classifier
from ..tree_ensemble import gathered_sum, leaf_rows, of_sklearn, stacked
from .neighbours import nearest_rows
from .support_vectors import kernel

CLASSES = np.array([OUTLIER, INLIER])


def _told(g: Graph, decision: str, strictly: bool = False) -> Classified:
    """`strictly`: a score of zero is an outlier's, too."""
    zero = row(g, 0.0, 1)
    inside = g.op("Greater" if strictly else "GreaterOrEqual", decision, zero)
    index = g.op("Reshape", g.op("Cast", inside, to=7), axes(g, -1))
    return Classified(CLASSES, index, None, decision)


@classifier("OneClassSVM")
def one_class_svm(g: Graph, estimator: Any, frame: Frame) -> Classified:
    """libsvm says 1 where the sum is above zero."""
    values = affine(g, kernel(g, estimator, frame), dense(estimator._dual_coef_).T, estimator._intercept_)
    return _told(g, values, strictly=True)


@classifier("SGDOneClassSVM")
def linear_one_class_svm(g: Graph, estimator: Any, frame: Frame) -> Classified:
    weights = np.ravel(estimator.coef_).reshape(-1, 1)
    return _told(g, affine(g, frame.matrix(g), weights, -np.ravel(estimator.offset_)))


@classifier("EllipticEnvelope")
def elliptic_envelope(g: Graph, estimator: Any, frame: Frame) -> Classified:
    """Minus the squared Mahalanobis distance from the robust centre, minus the offset."""
    x = with_row(g, "Sub", frame.matrix(g), estimator.location_, frame.width)
    far = sum_rows(g, g.op("Mul", matmul(g, x, np.asarray(estimator.get_precision())), x))
    return _told(g, with_row(g, "Sub", g.op("Neg", far), float(estimator.offset_), 1))


@classifier("IsolationForest")
def isolation_forest(g: Graph, estimator: Any, frame: Frame) -> Classified:
    """-2 ** (-depth / expected depth) - offset; a leaf of n rows is as deep as its path, and as n rows would need."""
    members = estimator.estimators_
    trees = [of_sklearn(one.tree_, features) for one, features in zip(members, estimator.estimators_features_)]
    values = [_depths(one.tree_) for one in members]
    rows = leaf_rows(g, frame.matrix(g), trees, single=True)
    depth = g.op("Reshape", gathered_sum(g, rows, stacked(trees, values)), axes(g, -1, 1))
    expected = len(trees) * float(_average_path(np.array([estimator.max_samples_]))[0])
    scaled = with_row(g, "Div", depth, -expected, 1) if expected else row(g, -1.0, 1)
    score = g.op("Neg", g.op("Pow", row(g, 2.0, 1), scaled))
    if not expected:
        score = g.op("Add", score, with_row(g, "Mul", depth, 0.0, 1))
    return _told(g, with_row(g, "Sub", score, float(estimator.offset_), 1))


def _depths(tree: Any) -> np.ndarray:
    """Of each node the length of its path, and that which its rows would need to be told apart."""
    depth = np.zeros(tree.node_count)
    for node in range(tree.node_count):
        for child in (tree.children_left[node], tree.children_right[node]):
            if child >= 0:
                depth[child] = depth[node] + 1
    # In the order in which scikit-learn adds them, which counts nodes: the sum has the same bits.
    return depth + 1.0 + _average_path(np.asarray(tree.n_node_samples)) - 1.0


def _average_path(counts: np.ndarray) -> np.ndarray:
    """The mean depth of a row in a tree of so many rows (Liu, Ting and Zhou 2008)."""
    wide = np.maximum(counts.astype(np.float64), 3.0)
    many = 2.0 * (np.log(wide - 1.0) + np.euler_gamma) - 2.0 * (wide - 1.0) / wide
    return np.where(counts <= 1, 0.0, np.where(counts == 2, 1.0, many))


@classifier("LocalOutlierFactor")
def local_outlier_factor(g: Graph, estimator: Any, frame: Frame) -> Classified:
    """Minus the mean density of the neighbours beside that of the row, minus the offset."""
    distance, index = nearest_rows(g, estimator, frame, estimator.n_neighbors_)
    reach = np.asarray(estimator._distances_fit_X_)[:, estimator.n_neighbors_ - 1]
    theirs = g.op("Gather", g.constant(np.asarray(reach, dtype=np.float64)), index)
    reachable = g.op("ReduceMean", g.op("Max", distance, theirs), axes=[1], keepdims=1)
    own = g.op("Reciprocal", with_row(g, "Add", reachable, 1e-10, 1))
    dense_there = g.op("Gather", g.constant(np.asarray(estimator._lrd, dtype=np.float64)), index)
    ratio = g.op("ReduceMean", g.op("Div", dense_there, own), axes=[1], keepdims=1)
    return _told(g, with_row(g, "Sub", g.op("Neg", ratio), float(estimator.offset_), 1))

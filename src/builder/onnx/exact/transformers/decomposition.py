"""Linear projections: components, factors, random directions, learnt metrics, means of clusters of columns."""

from __future__ import annotations

from typing import Any

import numpy as np

from builder.compat.exporting import pca_centres_first

from ..arithmetic import affine, dense, expit, matmul, with_row
from ..frame import Frame, numeric
from ..graph import Graph
from ..registry import transformer
from ..unsupported import Unsupported


@transformer("PCA", "IncrementalPCA")
def pca(g: Graph, estimator: Any, frame: Frame) -> Frame:
    weights, count = estimator.components_.T, estimator.components_.shape[0]
    if pca_centres_first():
        x = matmul(g, with_row(g, "Sub", frame.matrix(g), estimator.mean_, frame.width), weights)
    else:
        x = with_row(g, "Sub", matmul(g, frame.matrix(g), weights), estimator.mean_.reshape(1, -1) @ weights, count)
    if estimator.whiten:
        x = with_row(g, "Div", x, _deviation(estimator), count)
    return numeric(x, count)


def _deviation(estimator: Any) -> np.ndarray:
    """Square roots of the variances; kept from zero since 1.5."""
    deviation = np.sqrt(estimator.explained_variance_)
    return np.asarray(deviation if pca_centres_first() else np.maximum(deviation, np.finfo(deviation.dtype).eps))


@transformer(
    "TruncatedSVD",
    "GaussianRandomProjection",
    "SparseRandomProjection",
    "NeighborhoodComponentsAnalysis",
)
def projected(g: Graph, estimator: Any, frame: Frame) -> Frame:
    return _by(g, frame, dense(estimator.components_).T)


@transformer("FastICA")
def independent(g: Graph, estimator: Any, frame: Frame) -> Frame:
    return _by(g, frame, estimator.components_.T, estimator.mean_ if estimator.whiten else None)


@transformer("FactorAnalysis")
def factors(g: Graph, estimator: Any, frame: Frame) -> Frame:
    """The mean of the posterior; Barber 2012, algorithm 21.1."""
    scaled = estimator.components_ / estimator.noise_variance_
    covariance = np.linalg.inv(np.eye(len(scaled)) + scaled @ estimator.components_.T)
    return _by(g, frame, scaled.T @ covariance, estimator.mean_)


@transformer("SparsePCA", "MiniBatchSparsePCA")
def sparse_components(g: Graph, estimator: Any, frame: Frame) -> Frame:
    """Ridge regression of the row on the components, whose solution is a projection."""
    components = estimator.components_
    inner = components @ components.T + estimator.ridge_alpha * np.eye(len(components))
    return _by(g, frame, np.linalg.solve(inner, components).T, estimator.mean_)


@transformer("PLSRegression", "PLSCanonical", "CCA", "PLSSVD")
def latent(g: Graph, estimator: Any, frame: Frame) -> Frame:
    x = with_row(g, "Sub", frame.matrix(g), estimator._x_mean, frame.width)
    x = with_row(g, "Div", x, estimator._x_std, frame.width)
    weights = estimator.x_rotations_ if hasattr(estimator, "x_rotations_") else estimator.x_weights_
    return _by(g, numeric(x, frame.width), weights)


@transformer("LinearDiscriminantAnalysis")
def discriminant(g: Graph, estimator: Any, frame: Frame) -> Frame:
    if estimator.solver == "lsqr":
        raise Unsupported(estimator, "solver='lsqr', which has no projection")
    weights = estimator.scalings_[:, : estimator._max_components]
    return _by(g, frame, weights, estimator.xbar_ if estimator.solver == "svd" else None)


@transformer("FeatureAgglomeration")
def pooled(g: Graph, estimator: Any, frame: Frame) -> Frame:
    """The mean of the columns of each cluster."""
    if estimator.pooling_func is not np.mean:
        raise Unsupported(estimator, "columns that are pooled by another function than numpy.mean")
    labels = np.asarray(estimator.labels_)
    _, places = np.unique(labels, return_inverse=True)
    members = np.eye(places.max() + 1)[places]
    return _by(g, frame, members / members.sum(axis=0))


@transformer("BernoulliRBM")
def hidden_units(g: Graph, estimator: Any, frame: Frame) -> Frame:
    count = estimator.components_.shape[0]
    sums = affine(g, frame.matrix(g), estimator.components_.T, estimator.intercept_hidden_)
    return numeric(expit(g, sums, count), count)


def _by(g: Graph, frame: Frame, weights: Any, centre: Any = None) -> Frame:
    """The columns less their centre, times weights [columns, outputs]."""
    x = frame.matrix(g)
    if centre is not None:
        x = with_row(g, "Sub", x, centre, frame.width)
    weights = np.asarray(weights, dtype=np.float64)
    return numeric(matmul(g, x, weights), weights.shape[1])

"""Linear projections: PCA, IncrementalPCA, TruncatedSVD."""

from __future__ import annotations

from typing import Any

import numpy as np

from builder.compat.exporting import pca_centres_first

from ..arithmetic import matmul, with_row
from ..frame import Frame, numeric
from ..graph import Graph
from ..registry import transformer


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


@transformer("TruncatedSVD")
def truncated(g: Graph, estimator: Any, frame: Frame) -> Frame:
    return numeric(matmul(g, frame.matrix(g), estimator.components_.T), estimator.components_.shape[0])

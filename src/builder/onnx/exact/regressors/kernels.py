"""Sums of kernel values: SVR, NuSVR, KernelRidge, GaussianProcessRegressor."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arithmetic import affine, dense, matmul
from ..classifiers.support_vectors import kernel
from ..frame import Frame
from ..graph import Graph
from ..kernels import kernel as process_kernel
from ..kernels import pairwise
from ..registry import regressor
from ..unsupported import Unsupported


@regressor("SVR", "NuSVR")
def svr(g: Graph, estimator: Any, frame: Frame) -> str:
    return affine(g, kernel(g, estimator, frame), dense(estimator.dual_coef_).T, np.ravel(estimator.intercept_))


@regressor("KernelRidge")
def kernel_ridge(g: Graph, estimator: Any, frame: Frame) -> str:
    weights = one_column(estimator, estimator.dual_coef_)
    return matmul(g, pairwise(g, estimator, frame.matrix(g), dense(estimator.X_fit_)), weights)


@regressor("GaussianProcessRegressor")
def gaussian_process(g: Graph, estimator: Any, frame: Frame) -> str:
    """The mean; Rasmussen and Williams 2006, algorithm 2.1."""
    weights = one_column(estimator, estimator.alpha_)
    values = process_kernel(g, estimator.kernel_, frame.matrix(g), np.asarray(estimator.X_train_, dtype=np.float64))
    scale, shift = (float(np.ravel(part)[0]) for part in (estimator._y_train_std, estimator._y_train_mean))
    return affine(g, values, scale * weights, shift)


def one_column(estimator: Any, weights: Any) -> np.ndarray:
    """Weights of one target as a column. Raises Unsupported for several."""
    weights = np.asarray(weights, dtype=np.float64)
    if weights.ndim == 2 and weights.shape[1] != 1:
        raise Unsupported(estimator, "several outputs")
    return weights.reshape(-1, 1)

"""Linear regressors, and generalized linear models: their mean is the inverse link of a linear sum."""

from __future__ import annotations

from typing import Any

import numpy as np

from builder.compat.exporting import latent_columns_are_divided

from ..arithmetic import affine, with_row
from ..frame import Frame
from ..graph import Graph
from ..registry import regressor
from ..unsupported import Unsupported

PLAIN = (
    *("LinearRegression", "Ridge", "RidgeCV", "Lasso", "LassoCV", "ElasticNet", "ElasticNetCV", "Lars", "LarsCV"),
    *("LassoLars", "LassoLarsCV", "LassoLarsIC", "OrthogonalMatchingPursuit", "OrthogonalMatchingPursuitCV"),
    *("BayesianRidge", "ARDRegression", "HuberRegressor", "TheilSenRegressor", "QuantileRegressor", "LinearSVR"),
    *("SGDRegressor", "PassiveAggressiveRegressor"),
)


@regressor(*PLAIN)
def linear(g: Graph, estimator: Any, frame: Frame) -> str:
    """`X @ coef_ + intercept_`, [N, 1]."""
    weights = np.atleast_2d(np.asarray(estimator.coef_, dtype=np.float64))
    if weights.shape[0] != 1:
        raise Unsupported(estimator, "several outputs")
    return affine(g, frame.matrix(g), weights.T, np.ravel(estimator.intercept_))


@regressor("PoissonRegressor", "GammaRegressor")
def log_link(g: Graph, estimator: Any, frame: Frame) -> str:
    return g.op("Exp", linear(g, estimator, frame))


@regressor("TweedieRegressor")
def tweedie(g: Graph, estimator: Any, frame: Frame) -> str:
    """`link="auto"` is the identity for powers up to 0, the logarithm beyond."""
    link = estimator.link
    if link == "auto":
        link = "identity" if estimator.power <= 0 else "log"
    return linear(g, estimator, frame) if link == "identity" else log_link(g, estimator, frame)


@regressor("PLSRegression", "PLSCanonical", "CCA")
def latent_structures(g: Graph, estimator: Any, frame: Frame) -> str:
    """A linear sum of centred columns; up to 1.4 they are divided by their spread, later the coefficients are."""
    weights = np.asarray(estimator.coef_, dtype=np.float64)
    if weights.size != frame.width:
        raise Unsupported(estimator, "several outputs")
    x = with_row(g, "Sub", frame.matrix(g), estimator._x_mean, frame.width)
    if latent_columns_are_divided():
        x = with_row(g, "Div", x, estimator._x_std, frame.width)
    shift = getattr(estimator, "intercept_", estimator._y_mean)
    return affine(g, x, weights.reshape(-1, 1), np.ravel(shift))

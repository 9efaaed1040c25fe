"""MLPRegressor."""

from __future__ import annotations

from typing import Any

from ..classifiers.perceptron import last_layer
from ..frame import Frame
from ..graph import Graph
from ..registry import regressor
from ..unsupported import Unsupported


@regressor("MLPRegressor")
def mlp(g: Graph, estimator: Any, frame: Frame) -> str:
    """From 1.7 on Poisson's loss makes the last activation an exponential."""
    if estimator.n_outputs_ != 1:
        raise Unsupported(estimator, "several outputs")
    x = last_layer(g, estimator, frame)
    if estimator.out_activation_ == "identity":
        return x
    if estimator.out_activation_ == "exp":
        return g.op("Exp", x)
    raise Unsupported(estimator, f"out_activation_={estimator.out_activation_!r}")

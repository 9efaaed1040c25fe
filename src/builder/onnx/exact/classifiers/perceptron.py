"""MLPClassifier."""

from __future__ import annotations

from typing import Any

from ..arithmetic import above, affine, argmax, both, softmax
from ..frame import Frame
from ..graph import Graph
from ..registry import Classified, classifier
from ..unsupported import Unsupported

ACTIVATIONS = {"relu": "Relu", "tanh": "Tanh", "logistic": "Sigmoid"}


@classifier("MLPClassifier")
def mlp(g: Graph, estimator: Any, frame: Frame) -> Classified:
    return _output(g, estimator, last_layer(g, estimator, frame))


def last_layer(g: Graph, estimator: Any, frame: Frame) -> str:
    """The sums of the last layer, before its activation."""
    x = frame.matrix(g)
    last = len(estimator.coefs_) - 1
    for layer, (weights, bias) in enumerate(zip(estimator.coefs_, estimator.intercepts_)):
        x = affine(g, x, weights, bias)
        if layer < last and estimator.activation != "identity":
            x = g.op(ACTIVATIONS[estimator.activation], x)
    return x


def _output(g: Graph, estimator: Any, x: str) -> Classified:
    if estimator.out_activation_ == "softmax":
        p = softmax(g, x)
        return Classified(estimator.classes_, argmax(g, p), p)
    if len(estimator.classes_) != 2:
        raise Unsupported(estimator, "several labels a row")
    p = g.op("Sigmoid", x)
    return Classified(estimator.classes_, above(g, p, 0.5), both(g, p))

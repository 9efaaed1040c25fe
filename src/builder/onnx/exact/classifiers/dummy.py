"""DummyClassifier, where it does not draw lots."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arithmetic import axes
from ..frame import Frame
from ..graph import Graph
from ..registry import Classified, classifier
from ..unsupported import Unsupported


@classifier("DummyClassifier")
def dummy(g: Graph, estimator: Any, frame: Frame) -> Classified:
    if estimator.n_outputs_ != 1:
        raise Unsupported(estimator, "several outputs")
    if estimator.strategy not in ("prior", "most_frequent", "constant"):
        raise Unsupported(estimator, f"strategy={estimator.strategy!r} answers at random")
    p = _constant(estimator)
    rows = g.op("Shape", frame.pieces[0].value, start=0, end=1)
    label = g.op("Expand", g.constant([np.argmax(p)], np.int64), rows)
    size = g.op("Concat", rows, axes(g, 1), axis=0)
    return Classified(estimator.classes_, label, g.op("Expand", g.constant(p[np.newaxis]), size))


def _constant(estimator: Any) -> np.ndarray:
    """Probabilities of every row."""
    prior = np.asarray(estimator.class_prior_, dtype=np.float64)
    if estimator.strategy == "prior":
        return prior
    chosen = int(np.argmax(prior))
    if estimator.strategy == "constant":
        chosen = int(np.flatnonzero(estimator.classes_ == np.ravel(estimator.constant)[0])[0])
    return np.asarray(np.eye(prior.size)[chosen])

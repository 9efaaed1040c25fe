"""Pipeline, FeatureUnion and FunctionTransformer: steps after and beside each other."""

from __future__ import annotations

from functools import partial
from typing import Any

from ..arithmetic import with_row
from ..frame import Frame, join, numeric
from ..graph import Graph
from ..registry import Classified, classifier, classify, transform, transformer
from ..unsupported import Unsupported


@transformer("Pipeline")
def pipeline(g: Graph, estimator: Any, frame: Frame) -> Frame:
    for _, step in estimator.steps:
        frame = transform(g, step, frame)
    return frame


@classifier("Pipeline")
def classifying_pipeline(g: Graph, estimator: Any, frame: Frame) -> Classified:
    for _, step in estimator.steps[:-1]:
        frame = transform(g, step, frame)
    return classify(g, estimator.steps[-1][1], frame)


@transformer("FeatureUnion")
def union(g: Graph, estimator: Any, frame: Frame) -> Frame:
    weights = estimator.transformer_weights or {}
    parts = [
        weighted(g, transform(g, step, frame), weights.get(name))
        for name, step in estimator.transformer_list
        if not _dropped(step)
    ]
    return join(parts, sparse=any(part.sparse for part in parts))


def _dropped(step: Any) -> bool:
    return step is None or (isinstance(step, str) and step == "drop")


def weighted(g: Graph, frame: Frame, weight: float | None) -> Frame:
    """A frame multiplied by its `transformer_weights`."""
    if weight is None:
        return frame
    return numeric(with_row(g, "Mul", frame.matrix(g), weight, frame.width), frame.width, frame.sparse)


@transformer("FunctionTransformer")
def function(g: Graph, estimator: Any, frame: Frame) -> Frame:
    func = estimator.func
    if isinstance(func, partial):
        func = func.func
    if func is None or getattr(func, "__name__", "") == "check_array":
        return frame
    raise Unsupported(estimator, f"function {getattr(func, '__name__', func)!r} is code that ONNX cannot hold")

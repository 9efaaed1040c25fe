"""Finds the emitter of an estimator by the name of its class, so that no class has to exist in this scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

import numpy as np

from .frame import Frame
from .graph import Graph
from .unsupported import Unsupported


@dataclass(frozen=True)
class Classified:
    """What a classifier says: `index` int64 [N] into `classes`, `probabilities` double [N, C] and `decision`
    double [N, 1] (two classes) or [N, C], where scikit-learn has them."""

    classes: np.ndarray
    index: str
    probabilities: str | None = None
    decision: str | None = None


Regress = Callable[[Graph, Any, Frame], str]
"""Gives the name of a double [N, 1]."""

Transform = Callable[[Graph, Any, Frame], Frame]
Classify = Callable[[Graph, Any, Frame], Classified]
_TRANSFORMERS: dict[str, Transform] = {}
_CLASSIFIERS: dict[str, Classify] = {}
_REGRESSORS: dict[str, Regress] = {}


def transformer(*names: str) -> Callable[[Transform], Transform]:
    """Register the emitter of the transformers of these class names."""

    def register(emit: Transform) -> Transform:
        _TRANSFORMERS.update(dict.fromkeys(names, emit))
        return emit

    return register


def classifier(*names: str) -> Callable[[Classify], Classify]:
    """Register the emitter of the classifiers of these class names."""

    def register(emit: Classify) -> Classify:
        _CLASSIFIERS.update(dict.fromkeys(names, emit))
        return emit

    return register


def regressor(*names: str) -> Callable[[Regress], Regress]:
    """Register the emitter of the regressors of these class names."""

    def register(emit: Regress) -> Regress:
        _REGRESSORS.update(dict.fromkeys(names, emit))
        return emit

    return register


def _emitter(g: Graph, known: dict[str, Any], estimator: Any, role: str) -> Any:
    kind = type(estimator)
    if kind in g.emitters:
        return g.emitters[kind]
    if kind.__module__.split(".")[0] != "sklearn":
        raise Unsupported(estimator, f"is not a class of scikit-learn but of {kind.__module__}")
    if kind.__name__ not in known:
        raise Unsupported(estimator, f"no exact ONNX form of this {role} is known")
    return known[kind.__name__]


def transform(g: Graph, estimator: Any, frame: Frame) -> Frame:
    """Emit a fitted transformer, `passthrough` or None."""
    if estimator is None or (isinstance(estimator, str) and estimator == "passthrough"):
        return frame
    emit: Transform = _emitter(g, _TRANSFORMERS, estimator, "transformer")
    return emit(g, estimator, frame)


def classify(g: Graph, estimator: Any, frame: Frame) -> Classified:
    """Emit a fitted classifier."""
    emit: Classify = _emitter(g, _CLASSIFIERS, estimator, "classifier")
    return emit(g, estimator, frame)


def regress(g: Graph, estimator: Any, frame: Frame) -> str:
    """Emit a fitted regressor of one target."""
    emit: Regress = _emitter(g, _REGRESSORS, estimator, "regressor")
    return emit(g, estimator, frame)


def supported() -> tuple[list[str], list[str]]:
    """Names of the transformers and of the predictors that have an emitter."""
    return sorted(_TRANSFORMERS), sorted({*_CLASSIFIERS, *_REGRESSORS})

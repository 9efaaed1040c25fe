"""The estimators of the installed scikit-learn: their parameters and defaults, as plain JSON."""

from __future__ import annotations

import inspect
import math
import re
import warnings
from typing import Any

import numpy

import contract
from builder.compat import experimental
from container.versions import installed

REQUIRED = {"_required_": True}


def parameters(cls: type) -> dict[str, inspect.Parameter]:
    """Parameters of a constructor by name."""
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    by_name = inspect.signature(cls).parameters
    return {name: parameter for name, parameter in by_name.items() if parameter.kind not in kinds}


def document(modules: frozenset) -> dict:
    """What this version of scikit-learn has (contract kind "parameters"), of the public modules given."""
    return {
        "schema_version": contract.version("parameters"),
        "scikit_learn": installed("scikit-learn"),
        "estimators": {cls.__name__: _described(cls) for cls in _estimators() if _module(cls).split(".")[1] in modules},
    }


def default_of(parameter: inspect.Parameter) -> Any:
    """A parameter's default in JSON; REQUIRED where it has none."""
    return REQUIRED if parameter.default is inspect.Parameter.empty else encoded(parameter.default)


def encoded(value: Any) -> Any:
    """A default as JSON: what has no JSON of its own is a mapping with one key that begins with "_"."""
    if isinstance(value, float) and not math.isfinite(value):
        return {"_value_": str(value)}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (tuple, list)):
        return {"_tuple_": [encoded(item) for item in value]}
    if callable(value) and hasattr(value, "__name__"):
        return {"_object_": value.__name__}
    return {"_class_": type(value).__name__}


def decoded(value: Any) -> Any:
    """The value itself. Raises ValueError where JSON cannot hold it."""
    if not isinstance(value, dict):
        return value
    if "_value_" in value:
        return numpy.nan if value["_value_"] == "nan" else float(value["_value_"])
    if "_tuple_" in value:
        return tuple(decoded(item) for item in value["_tuple_"])
    raise ValueError(value)


def _estimators() -> list:
    """Every class that can stand in a pipeline: whatever transforms, every classifier, regressor and detector of
    outliers; by name."""
    from sklearn.base import ClassifierMixin, OutlierMixin, RegressorMixin
    from sklearn.utils import all_estimators

    for row in experimental.TABLE:
        experimental.enable(row.name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        classes = [cls for _, cls in sorted(all_estimators())]
    return [
        cls
        for cls in classes
        if hasattr(cls, "transform") or _predicts(cls, (ClassifierMixin, RegressorMixin, OutlierMixin))
    ]


def _predicts(cls: type, mixins: tuple) -> bool:
    """By its mixin, or as older versions mark a meta-estimator."""
    return issubclass(cls, mixins) or getattr(cls, "_estimator_type", None) in ("classifier", "regressor")


def _module(cls: type) -> str:
    """The public module: "sklearn.preprocessing" of sklearn.preprocessing._encoders."""
    return re.split(r"\._", cls.__module__)[0]


def _described(cls: type) -> dict:
    return {
        "module": _module(cls),
        "parameters": {name: default_of(parameter) for name, parameter in parameters(cls).items()},
    }

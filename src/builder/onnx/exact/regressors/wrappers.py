"""What holds one fitted regressor: pipelines, searches, RANSAC, a target that is transformed first."""

from __future__ import annotations

from typing import Any

from ..arithmetic import expm1, with_row
from ..frame import Frame
from ..graph import Graph
from ..registry import regress, regressor, transform
from ..unsupported import Unsupported


@regressor("Pipeline")
def pipeline(g: Graph, estimator: Any, frame: Frame) -> str:
    for _, step in estimator.steps[:-1]:
        frame = transform(g, step, frame)
    return regress(g, estimator.steps[-1][1], frame)


@regressor("GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV")
def search(g: Graph, estimator: Any, frame: Frame) -> str:
    return regress(g, estimator.best_estimator_, frame)


@regressor("FrozenEstimator")
def frozen(g: Graph, estimator: Any, frame: Frame) -> str:
    return regress(g, estimator.estimator, frame)


@regressor("RANSACRegressor")
def ransac(g: Graph, estimator: Any, frame: Frame) -> str:
    return regress(g, estimator.estimator_, frame)


@regressor("TransformedTargetRegressor")
def transformed_target(g: Graph, estimator: Any, frame: Frame) -> str:
    """The regressor's answer, turned back by the transformer's inverse."""
    answer, back = regress(g, estimator.regressor_, frame), estimator.transformer_
    name = type(back).__name__
    if name == "StandardScaler":
        answer = answer if back.scale_ is None else with_row(g, "Mul", answer, back.scale_, 1)
        return answer if back.mean_ is None else with_row(g, "Add", answer, back.mean_, 1)
    if name != "FunctionTransformer":
        raise Unsupported(estimator, f"the inverse of {name}")
    inverse = getattr(back.inverse_func, "__name__", None)
    if inverse is None:
        return answer
    if inverse == "expm1":
        return expm1(g, answer, 1)
    plain = {"exp": "Exp", "sqrt": "Sqrt", "log": "Log"}
    if inverse == "square":
        return g.op("Mul", answer, answer)
    if inverse not in plain:
        raise Unsupported(estimator, f"the inverse function {inverse}")
    return g.op(plain[inverse], answer)

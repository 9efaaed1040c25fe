"""Exports a pipeline with skl2onnx, in single precision, as the columns of the snapshot come in one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Union

from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.base import is_regressor
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline

from builder.onnx.canonical import canonical, with_columns
from builder.onnx.impossible import Impossible, impossible
from container.versions import installed

OPSETS = {"": 17, "ai.onnx.ml": 3}


def export(model: Pipeline, schema: dict, outputs: Sequence[str]) -> Union[bytes, Impossible]:
    """Canonical ONNX bytes of a fitted pipeline for a snapshot's columns, or why skl2onnx cannot make them.

    `outputs` are the names that the file's outputs get, in skl2onnx's order.
    """
    taken = sorted(set(_names(schema)) & set(outputs))
    if taken:
        return Impossible(f"a column is called {taken[0]!r}, which is the name of an output")
    try:
        if _selects_by_name(model):
            return canonical(_convert(model, _inputs(schema), outputs), outputs)
        return canonical(with_columns(_convert(model, _one_matrix(schema), outputs), _names(schema)), outputs)
    except Exception as error:
        return impossible(f"skl2onnx {installed('skl2onnx')}", error)


def _convert(model: Pipeline, inputs: list, outputs: Sequence[str]) -> Any:
    refused: Exception = ValueError("no converter takes the options of this model")
    for options in _options(model, outputs):
        try:
            # Without a name of its own the graph gets a random one.
            return convert_sklearn(model, name="model", initial_types=inputs, target_opset=OPSETS, options=options)
        except NameError as error:  # a converter has no such option
            refused = error
    raise refused


def _options(model: Pipeline, outputs: Sequence[str]) -> list[dict]:
    """Options of the conversion, to be tried in this order: not every converter knows all of them."""
    if is_regressor(model):
        return [{}]
    plain = {id(model): {"zipmap": False}}
    if "probabilities" in outputs:
        return [plain]
    # Converters of classifiers that never have probabilities know no zipmap, which a pipeline's options would be given.
    scores = {"raw_scores": "decision" in outputs}
    return [{id(model): {"zipmap": False, **scores}}, {id(model.steps[-1][1]): scores}, plain]


def _selects_by_name(model: Any) -> bool:
    """Whether the first transformer picks columns by name; if not, they come as one matrix."""
    if isinstance(model, Pipeline):
        return _selects_by_name(model.steps[0][1])
    if hasattr(model, "transformer_list"):
        return any(_selects_by_name(part) for _, part in model.transformer_list)
    return isinstance(model, ColumnTransformer)


def _names(schema: dict) -> list[str]:
    return [column["name"] for column in schema["columns"]]


def _inputs(schema: dict) -> list:
    types = {"float64": FloatTensorType, "string": StringTensorType}
    return [(column["name"], types[column["dtype"]]([None, 1])) for column in schema["columns"]]


def _one_matrix(schema: dict) -> list:
    return [("columns", FloatTensorType([None, len(schema["columns"])]))]

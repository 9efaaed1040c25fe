"""Our own exporter at work: a fitted pipeline as ONNX in double precision, or why not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Union

from builder.onnx.emitters import Emitters
from builder.onnx.impossible import Impossible, impossible


def export(model: Any, schema: dict, emitters: Emitters, outputs: Sequence[str]) -> Union[bytes, Impossible]:
    """The fitted pipeline as ONNX with these outputs, or what of it has no exact form."""
    from builder.onnx import exact

    try:
        return exact.export(model, _columns(schema), emitters, outputs)
    except exact.Unsupported as error:
        return impossible("exact export", error)


def step_of(model: Any, schema: dict, rows: Any, emitters: Emitters) -> str:
    """The step of a pipeline from which on its exact file answers these rows otherwise."""
    from builder.onnx import exact
    from builder.onnx.proof.compare import same_numbers

    last = model.steps[-1][0]
    if len(model.steps) < 2:
        return last
    head = exact.export_numbers(model[:-1], _columns(schema), emitters)
    return last if same_numbers(model[:-1], head, rows) else model.steps[-2][0]


def _columns(schema: dict) -> list[tuple]:
    """To a file, truth values and dates are numbers, as they are to the model."""
    kinds = {"float64": "numeric", "string": "categorical"}
    return [(column["name"], kinds[column["dtype"]], column.get("categories")) for column in schema["columns"]]

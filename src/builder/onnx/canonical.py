"""Gives an ONNX model the same bytes in every process: no hash order, no producer, no texts, outputs by fixed names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import onnx
from onnx import TensorProto, helper

MATRIX = "columns__matrix"
"""The columns side by side, inside the graph."""


def canonical(model: Any, outputs: Sequence[str]) -> bytes:
    """Deterministic bytes of a ModelProto whose first outputs get the names `outputs`, without the others.

    Changes `model`.
    """
    del model.graph.output[len(outputs) :]
    _rename(model.graph, {old.name: new for old, new in zip(model.graph.output, outputs)})
    # A converter may name one twice; ascending, so that the newest version of each is kept.
    opsets = sorted(dict(sorted((entry.domain, entry.version) for entry in model.opset_import)).items())
    del model.opset_import[:]
    model.opset_import.extend(helper.make_opsetid(domain, version) for domain, version in opsets)
    model.producer_name, model.producer_version, model.domain, model.doc_string = "remodel", "", "", ""
    model.model_version = 0
    del model.metadata_props[:]
    model.graph.name, model.graph.doc_string = "model", ""
    for number, node in enumerate(model.graph.node):
        node.name, node.doc_string = f"{node.op_type}_{number}", ""
    onnx.checker.check_model(model)
    return model.SerializeToString(deterministic=True)


def with_columns(model: Any, names: list[str]) -> Any:
    """Replace the one matrix input by a [None, 1] float input a column, put side by side. Changes `model`."""
    matrix = model.graph.input[0].name
    del model.graph.input[:]
    _rename(model.graph, {matrix: MATRIX, **{name: f"{name}__inner" for name in names if name != matrix}})
    model.graph.input.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, 1]) for name in names)
    model.graph.node.insert(0, helper.make_node("Concat", names, [MATRIX], axis=1))
    return model


def _rename(graph: Any, names: dict[str, str]) -> None:
    """Rename values of the graph everywhere but its inputs; an inner value in the way of a new name gets out of it."""
    in_the_way = {name: f"{name}__inner" for name in names.values() if name not in names}
    names = {**in_the_way, **names}
    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    for value in [*graph.initializer, *graph.value_info, *graph.output]:
        value.name = names.get(value.name, value.name)

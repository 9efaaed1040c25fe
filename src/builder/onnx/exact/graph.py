"""Builds an ONNX graph whose bytes depend on nothing but what is put in.

Nodes are named `/n<number>_<operator>`, values `/v<number>`, constants `/c<number>`, numbered in the order of creation;
what no output needs is left out. No producer version, time or doc string is written.
"""

from __future__ import annotations

import hashlib
from typing import Any, Iterable, Mapping

import numpy as np
from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

OPSETS = (("", 17), ("ai.onnx.ml", 3))
IR_VERSION = 8
TYPES = {
    "double": TensorProto.DOUBLE,
    "float": TensorProto.FLOAT,
    "int64": TensorProto.INT64,
    "string": TensorProto.STRING,
    "bool": TensorProto.BOOL,
}


class Graph:
    """A graph under construction; values are known by their names."""

    def __init__(self, outer: Graph | None = None, emitters: Mapping[type, Any] | None = None) -> None:
        self._root: Graph = outer._root if outer else self
        self.emitters: Mapping[type, Any] = outer.emitters if outer else emitters or {}
        """Emitters of a recipe's own, by class: they come before the registered ones."""
        self._nodes: list[NodeProto] = []
        self._inputs: list[Any] = []
        self._counter = 0
        self._constants: dict[str, str] = {}
        self._initializers: dict[str, TensorProto] = {}
        self._refused: set[tuple[str, str]] = set()

    def state(self, kind: str) -> str:
        """Declare a value that a loop's body gets from the round before.

        Its shape is left out: where it is known, onnxruntime 1.17 and 1.18 plan the memory of a round by that of the
        first one, reuse what is still needed, and answer with numbers of no meaning.
        """
        return self.input(self.fresh(), kind, None)

    def input(self, name: str, kind: str, shape: list[Any] | None) -> str:
        """Declare an input of the graph (or of a loop's body)."""
        self._inputs.append(helper.make_tensor_value_info(name, TYPES[kind], shape))
        return name

    def constant(self, values: Any, dtype: Any = np.float64) -> str:
        """A constant tensor; equal constants are stored once, in the outermost graph."""
        array = np.ascontiguousarray(np.asarray(values, dtype=dtype)).reshape(np.shape(values))
        return self._root._store(array)

    def _store(self, array: np.ndarray) -> str:
        content = repr(array.tolist()).encode() if array.dtype == object else array.tobytes()
        key = hashlib.sha256(f"{array.dtype}{array.shape}".encode() + content).hexdigest()
        if key not in self._constants:
            name = f"/c{len(self._constants)}"
            self._constants[key] = name
            self._initializers[name] = _tensor(array, name)
        return self._constants[key]

    def fresh(self) -> str:
        """A value name that is used nowhere else."""
        self._root._counter += 1
        return f"/v{self._root._counter}"

    def op(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Add a node with one output and return the output's name."""
        return self.ops(operator, inputs, 1, **attributes)[0]

    def ops(self, operator: str, inputs: Iterable[str], outputs: int, domain: str = "", **attributes: Any) -> list[str]:
        """Add a node with several outputs and return their names."""
        names = [self.fresh() for _ in range(outputs)]
        node = helper.make_node(operator, list(inputs), names, f"/n{names[0][2:]}_{operator}", domain=domain)
        node.attribute.extend(helper.make_attribute(key, attributes[key]) for key in sorted(attributes))
        self._nodes.append(node)
        return names

    def refuse(self, column: str, what: str) -> None:
        """Note that scikit-learn refuses this in a column; the file's metadata say so, for whoever calls it."""
        self._root._refused.add((column, what))

    @property
    def refused(self) -> list[tuple[str, str]]:
        return sorted(self._refused)

    def alias(self, value: str, name: str) -> str:
        """Give a value the name of an output."""
        self._nodes.append(helper.make_node("Identity", [value], [name], f"/n_{name}"))
        return name

    def body(self, outputs: list[tuple[str, str, list[Any]]]) -> GraphProto:
        """This graph as the body of a Loop; outputs are (name, type, shape)."""
        infos = [helper.make_tensor_value_info(name, TYPES[kind], shape) for name, kind, shape in outputs]
        return helper.make_graph(self._nodes, "body", self._inputs, infos)

    def finish(self, outputs: list[tuple[str, str, list[Any]]], properties: dict[str, str]) -> bytes:
        """The whole model as bytes; outputs are (name, type, shape)."""
        nodes, used = _needed(self._nodes, [name for name, _, _ in outputs])
        infos = [helper.make_tensor_value_info(name, TYPES[kind], shape) for name, kind, shape in outputs]
        constants = [tensor for name, tensor in self._initializers.items() if name in used]
        graph = helper.make_graph(nodes, "pipeline", self._inputs, infos, constants)
        return _serialize(graph, properties)


def _tensor(array: np.ndarray, name: str) -> TensorProto:
    if array.dtype == object:
        return helper.make_tensor(name, TensorProto.STRING, array.shape, [str(v).encode() for v in array.ravel()])
    return numpy_helper.from_array(array, name)


def _serialize(graph: GraphProto, properties: dict[str, str]) -> bytes:
    model = ModelProto(ir_version=IR_VERSION, producer_name="remodel", graph=graph)
    for domain, number in OPSETS:
        model.opset_import.append(helper.make_opsetid(domain, number))
    for key in sorted(properties):
        model.metadata_props.add(key=key, value=properties[key])
    return bytes(model.SerializeToString(deterministic=True))


def _reads(node: NodeProto) -> list[str]:
    """Names a node reads, those of a loop's body included."""
    names = list(node.input)
    for attribute in node.attribute:
        if attribute.type == AttributeProto.GRAPH:
            for inner in attribute.g.node:
                names.extend(_reads(inner))
            names.extend(output.name for output in attribute.g.output)
    return names


def _needed(nodes: list[NodeProto], outputs: list[str]) -> tuple[list[NodeProto], set[str]]:
    used, kept = set(outputs), []
    for node in reversed(nodes):
        if used.intersection(node.output):
            used.update(_reads(node))
            kept.append(node)
    return kept[::-1], used

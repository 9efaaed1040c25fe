"""Reads a model.onnx before ONNX Runtime does, and refuses what no exporter of ours writes.

ONNX Runtime opens files that a model names (also beside the working folder, up to 1.31), runs loops without an end,
follows indices that it has not compared with anything (a negative feature number ends 1.19 with a segmentation fault),
and takes a file of another format for a model. Nothing of that gets as far as a session.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Optional

from serving.onnx_file import messages, trees
from serving.onnx_file.operators import OPERATORS, OPSETS
from serving.onnx_file.wire import Malformed

LARGEST = 1 << 30
"""Bytes of the largest file that is read."""

MOST_ROUNDS = 1 << 20
"""Rounds of a loop, of those inside it all together."""

MOST_VALUES = 1 << 27
"""Numbers in a tensor that a constant shape asks for: 1 GiB in double precision."""

MOST_DIMENSIONS = 8

WIDTHS = {1: 4, 2: 1, 3: 1, 6: 4, 7: 8, 8: None, 9: 1, 11: 8, 12: 4, 13: 8}
"""Bytes of one number by the types that a tensor may have (TensorProto.DataType); texts have none."""

TYPED = {1: "float_data", 2: "int32_data", 3: "int32_data", 6: "int32_data", 7: "int64_data", 8: "string_data"}
TYPED.update({9: "int32_data", 11: "double_data", 12: "uint64_data", 13: "uint64_data"})
"""Where a tensor of each type has its numbers, if they do not stand in raw_data."""

INPUTS = {1: "numeric", 11: "numeric", 8: "categorical"}
"""The kind of a column by the type of the input that takes it."""

SHAPED_BY = {"ConstantOfShape": 0, "Expand": 1, "Tile": 1}
"""Operators that make a tensor as large as one of their inputs says, and which."""

OTHER_FORMAT = b"ORTM"
"""At byte 4 of a file in ONNX Runtime's own format, which is no protocol buffer and is not looked into."""

REMEMBERED = 16
_passed: dict[bytes, Declared] = {}


class RefusedModel(ValueError):
    """An ONNX file that is not given to ONNX Runtime; the message says why, in one line."""


@dataclass(frozen=True)
class Declared:
    """What a file says of itself: the kind of each input ("numeric", "categorical") by its name, and its outputs."""

    inputs: Mapping[str, str]
    outputs: tuple[str, ...]


def check(content: bytes) -> Declared:
    """What the ONNX file `content` declares. Raises RefusedModel where it is not to be given to ONNX Runtime.

    The answer is remembered for the last few files: a builder opens each of its own several times.
    """
    if len(content) > LARGEST:
        raise RefusedModel(f"it has {len(content)} bytes, and {LARGEST} is the most")
    digest = hashlib.sha256(content).digest()
    if digest not in _passed:
        declared = _checked(content)
        while len(_passed) >= REMEMBERED:
            _passed.pop(next(iter(_passed)))
        _passed[digest] = declared
    return _passed[digest]


def _checked(content: bytes) -> Declared:
    if content[4:8] == OTHER_FORMAT:
        raise RefusedModel("it is in ONNX Runtime's own format, not in ONNX")
    try:
        model = messages.read(content)
        _check_model(model)
        _Graph(content, model["graph"]).check({}, 1)
        return _declared(model["graph"])
    except Malformed as error:
        message = printable(str(error))
        raise RefusedModel(f"it {message}" if message.startswith("holds") else f"it is damaged: {message}") from None


def printable(text: str) -> str:
    """A file's own words without what commands a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _check_model(model: dict) -> None:
    if "graph" not in model:
        raise Malformed("holds no graph")
    domains = [entry.get("domain", "") for entry in model.get("opset_import", [])]
    if len(set(domains)) < len(domains):
        raise Malformed("holds an operator set twice")
    for entry in model.get("opset_import", []):
        domain, version = entry.get("domain", ""), entry.get("version", 0)
        if domain not in OPSETS:
            raise Malformed(f"holds operators of the domain {domain!r:.60}, which no exporter of ours uses")
        if not 1 <= version <= OPSETS[domain]:
            raise Malformed(f"holds version {version} of the operators {domain or 'ai.onnx'}, {OPSETS[domain]} is read")


class _Graph:
    """One graph, and the tensors in it."""

    def __init__(self, content: bytes, graph: dict) -> None:
        self._content = content
        self._graph = graph

    def check(self, outer: Mapping[str, Any], rounds: int) -> None:
        """Raise Malformed; `outer` has the whole numbers of the tensors around it, `rounds` multiplies its loops."""
        known = self._constants(outer)
        for node in self._graph.get("node", []):
            self._check_node(node, known, rounds)
        for tensor in self._graph.get("initializer", []):
            _check_tensor(tensor)

    def _constants(self, outer: Mapping[str, Any]) -> dict[str, Any]:
        """The whole numbers of every tensor that no one can give another value, by name."""
        given = {value.get("name", "") for value in self._graph.get("input", [])}
        computed = {name for node in self._graph.get("node", []) for name in node.get("output", [])}
        known = {name: value for name, value in outer.items() if name not in given | computed}
        for tensor in self._graph.get("initializer", []):
            name = tensor.get("name", "")
            if name in given or name in computed:
                raise Malformed(f"holds a constant {name!r:.60} that is an input or an output, too")
            known[name] = self._whole_numbers(tensor)
        for node in self._graph.get("node", []):
            if node.get("op_type") == "Constant":
                known[node.get("output", [""])[0]] = self._of_constant(node)
        return known

    def _of_constant(self, node: dict) -> Optional[list[int]]:
        for attribute in node.get("attribute", []):
            if attribute.get("name") == "value" and "t" in attribute:
                return self._whole_numbers(attribute["t"])
            if attribute.get("name") == "value_int":
                return [attribute.get("i", 0)]
            if attribute.get("name") == "value_ints":
                return _listed(attribute.get("ints", ()))
        return None

    def _whole_numbers(self, tensor: dict) -> Optional[list[int]]:
        """The values of an int64 tensor with few of them."""
        if tensor.get("data_type") != 7:
            return None
        if "raw_data" in tensor:
            begin, stop = tensor["raw_data"]
            if stop - begin > 8 * MOST_DIMENSIONS:
                return None
            part = self._content[begin:stop]
            return [int.from_bytes(part[at : at + 8], "little", signed=True) for at in range(0, len(part), 8)]
        return _listed(tensor.get("int64_data", ()))

    def _check_node(self, node: dict, known: Mapping[str, Any], rounds: int) -> None:
        operator, domain = node.get("op_type", ""), node.get("domain", "")
        if operator not in OPERATORS.get(domain, ()):
            raise Malformed(f"holds the operator {domain or 'ai.onnx'}.{operator:.60}, which no exporter of ours uses")
        attributes = _by_name(node)
        inputs = node.get("input", [])
        if operator == "Loop":
            rounds *= _rounds(inputs, known)
            if rounds > MOST_ROUNDS:
                raise Malformed(f"holds loops of {rounds} rounds, and {MOST_ROUNDS} is the most")
        elif operator in SHAPED_BY:
            _check_shape(operator, inputs, known)
        elif domain:
            trees.check(operator, attributes)
        for attribute in attributes.values():
            if "t" in attribute:
                _check_tensor(attribute["t"])
            if "g" in attribute:
                if operator not in ("Loop", "Scan"):
                    raise Malformed(f"holds a graph in the operator {operator}")
                _Graph(self._content, attribute["g"]).check(known, rounds)


def _by_name(node: dict) -> dict[str, dict]:
    attributes = {attribute.get("name", ""): attribute for attribute in node.get("attribute", [])}
    if len(attributes) < len(node.get("attribute", [])):
        raise Malformed(f"holds an attribute of {node.get('op_type', ''):.60} twice")
    return attributes


def _listed(values: Any) -> Optional[list[int]]:
    return [int(value) for value in values] if len(values) <= MOST_DIMENSIONS else None


def _rounds(inputs: list[str], known: Mapping[str, Any]) -> int:
    """How often a loop goes round at most. Raises Malformed where no constant says so."""
    limit = known.get(inputs[0]) if inputs and inputs[0] else None
    if not limit:
        raise Malformed("holds a loop without a constant number of rounds, which may have no end")
    return max(1, limit[0])


def _check_shape(operator: str, inputs: list[str], known: Mapping[str, Any]) -> None:
    place = SHAPED_BY[operator]
    shape = known.get(inputs[place]) if len(inputs) > place else None
    if shape and math.prod(max(1, size) for size in shape) > MOST_VALUES:
        raise Malformed(f"holds the operator {operator} with the shape {shape}: more than {MOST_VALUES} values")


def _check_tensor(tensor: dict) -> None:
    """Raise Malformed unless a tensor holds as many values as its dimensions say, of a type that we know."""
    kind, dims = tensor.get("data_type", 0), [int(size) for size in tensor.get("dims", ())]
    if kind not in WIDTHS:
        raise Malformed(f"holds a tensor of the type {kind}, which no exporter of ours writes")
    if len(dims) > MOST_DIMENSIONS or any(size < 0 for size in dims):
        raise Malformed(f"holds a tensor with the dimensions {dims[:9]}")
    stored = [name for name in ("raw_data", *sorted({*TYPED.values()})) if name in tensor]
    if len(stored) > 1 or (stored and stored[0] not in ("raw_data", TYPED[kind])):
        raise Malformed(f"holds a tensor of the type {kind} with {' and '.join(stored)}")
    if _stored(tensor, kind, stored) != math.prod(dims):
        raise Malformed(f"holds a tensor with the dimensions {dims} and another number of values")


def _stored(tensor: dict, kind: int, names: list[str]) -> float:
    """How many values a tensor has; not a whole number where bytes are left over."""
    if not names:
        return 0
    if names[0] == "raw_data":
        begin, stop = tensor["raw_data"]
        width = WIDTHS[kind]
        if width is None:
            raise Malformed("holds a tensor of texts as raw bytes")
        return (stop - begin) / width
    values = tensor[names[0]]
    return values if isinstance(values, int) else len(values)


def _declared(graph: dict) -> Declared:
    pairs = list(_inputs(graph))
    outputs = tuple(value.get("name", "") for value in graph.get("output", []))
    if len({name for name, _ in pairs}) < len(pairs) or len(set(outputs)) < len(outputs):
        raise Malformed("holds an input or an output twice")
    return Declared(dict(pairs), outputs)


def _inputs(graph: dict) -> Iterator[tuple[str, str]]:
    for value in graph.get("input", []):
        kind = value.get("type", {}).get("tensor_type", {}).get("elem_type", 0)
        if kind not in INPUTS:
            raise Malformed(f"holds an input {value.get('name', '')!r:.60} that takes neither numbers nor texts")
        yield value.get("name", ""), INPUTS[kind]

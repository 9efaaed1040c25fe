"""An ONNX file taken apart without ONNX: every message and field that an exporter of ours writes, and no other.

The field numbers are those of onnx.proto3, which never change. What is not in the table is refused by its name: data
in other files, functions of the model's own, types that are no tensor.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Optional

from serving.onnx_file import wire
from serving.onnx_file.wire import DELIMITED, FIXED32, VARINT, Malformed

INT, FLOAT, TEXT, BYTES = "int", "float", "text", "bytes"
INTS, FLOATS, PACKED, PACKED4, PACKED8 = "ints", "floats", "packed", "packed4", "packed8"

NESTED = 4
"""So many graphs may stand inside each other: a model, a loop, and the loops in it."""

MOST_NODES = 50_000
"""So many nodes may stand in one file; our largest have some thousand."""

LONGEST_TEXT = 1 << 16
"""Bytes of a name; a category or a constant may be as long, too."""

TEXT_BYTES = 64 << 20
"""Bytes of all texts and constants of one file that are read as such."""


class Field(NamedTuple):
    """One field of a message: its name, and what stands in it: a kind from above, or the message of that name."""

    name: str
    kind: str
    many: bool = False


MESSAGES: dict[str, dict[int, Field]] = {
    "Model": {
        1: Field("ir_version", INT),
        2: Field("producer_name", TEXT),
        3: Field("producer_version", TEXT),
        4: Field("domain", TEXT),
        5: Field("model_version", INT),
        6: Field("doc_string", TEXT),
        7: Field("graph", "Graph"),
        8: Field("opset_import", "Opset", many=True),
        14: Field("metadata_props", "Property", many=True),
    },
    "Graph": {
        1: Field("node", "Node", many=True),
        2: Field("name", TEXT),
        5: Field("initializer", "Tensor", many=True),
        10: Field("doc_string", TEXT),
        11: Field("input", "Value", many=True),
        12: Field("output", "Value", many=True),
        13: Field("value_info", "Value", many=True),
    },
    "Node": {
        1: Field("input", TEXT, many=True),
        2: Field("output", TEXT, many=True),
        3: Field("name", TEXT),
        4: Field("op_type", TEXT),
        5: Field("attribute", "Attribute", many=True),
        6: Field("doc_string", TEXT),
        7: Field("domain", TEXT),
    },
    "Attribute": {
        1: Field("name", TEXT),
        2: Field("f", FLOAT),
        3: Field("i", INT),
        4: Field("s", BYTES),
        5: Field("t", "Tensor"),
        6: Field("g", "Graph"),
        7: Field("floats", FLOATS),
        8: Field("ints", INTS),
        9: Field("strings", BYTES, many=True),
        13: Field("doc_string", TEXT),
        20: Field("type", INT),
    },
    "Tensor": {
        1: Field("dims", INTS),
        2: Field("data_type", INT),
        4: Field("float_data", PACKED4),
        5: Field("int32_data", PACKED),
        6: Field("string_data", BYTES, many=True),
        7: Field("int64_data", PACKED),
        8: Field("name", TEXT),
        9: Field("raw_data", "raw"),
        10: Field("double_data", PACKED8),
        11: Field("uint64_data", PACKED),
        12: Field("doc_string", TEXT),
    },
    "Value": {1: Field("name", TEXT), 2: Field("type", "Type"), 3: Field("doc_string", TEXT)},
    "Type": {1: Field("tensor_type", "TensorType"), 6: Field("denotation", TEXT)},
    "TensorType": {1: Field("elem_type", INT), 2: Field("shape", "Shape")},
    "Shape": {1: Field("dim", "Dimension", many=True)},
    "Dimension": {1: Field("dim_value", INT), 2: Field("dim_param", TEXT), 3: Field("denotation", TEXT)},
    "Opset": {1: Field("domain", TEXT), 2: Field("version", INT)},
    "Property": {1: Field("key", TEXT), 2: Field("value", TEXT)},
}

REFUSED = {
    ("Tensor", 13): "a tensor whose data stand in another file",
    ("Tensor", 14): "a tensor that says where its data stand",
    ("Tensor", 3): "a tensor in segments",
    ("Model", 25): "functions of its own",
    ("Model", 20): "a graph for training",
    ("Graph", 15): "a sparse tensor",
    ("Attribute", 22): "a sparse tensor",
    ("Attribute", 23): "sparse tensors",
    ("Attribute", 11): "several graphs in one attribute",
    ("Attribute", 10): "several tensors in one attribute",
    ("Attribute", 21): "an attribute of a function",
    ("Type", 4): "a sequence",
    ("Type", 5): "a map",
    ("Type", 8): "a sparse tensor",
    ("Type", 9): "an optional value",
}
"""What ONNX has and no exporter of ours writes, in words."""

WIRES = {INT: VARINT, INTS: VARINT, FLOAT: FIXED32, FLOATS: FIXED32}
"""The wire type of each kind; every other one is DELIMITED."""

WIDTHS = {PACKED4: 4, PACKED8: 8}


def read(content: bytes) -> dict[str, Any]:
    """The ModelProto in `content`: a mapping of names to numbers, texts, mappings, and lists of them.

    Numbers of a list are an int64 array; of floats and raw bytes only how many there are. Raises Malformed.
    """
    return _Reader(content).message("Model", 0, len(content), 0)


class _Reader:
    """Counts what it has read, so that a small file cannot be much work."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._nodes = self._text = 0

    def message(self, kind: str, start: int, end: int, depth: int) -> dict[str, Any]:
        """One message; `depth` is how many graphs are around it."""
        if kind == "Graph":
            depth += 1
            if depth > NESTED:
                raise Malformed(f"holds more than {NESTED} graphs inside each other")
        elif kind == "Node":
            self._nodes += 1
            if self._nodes > MOST_NODES:
                raise Malformed(f"holds more than {MOST_NODES} nodes")
        known = MESSAGES[kind]
        values: dict[str, Any] = {}
        place = start
        while place < end:
            number, wired, begin, stop = next(wire.fields(self._content, place, end))
            field = known.get(number)
            if field is None:
                raise Malformed("holds " + REFUSED.get((kind, number), f"field {number} of {kind}, which is unknown"))
            if wired != WIRES.get(field.kind, DELIMITED):
                raise Malformed(f"holds {kind}.{field.name} in a form that no exporter writes")
            if field.name in values and not field.many:
                raise Malformed(f"holds {kind}.{field.name} twice")
            if field.kind in (INTS, FLOATS):
                reader = wire.run_of_varints if field.kind == INTS else wire.run_of_fixed32
                values[field.name], place = reader(self._content, place, end, number)
                continue
            value = self._value(field.kind, begin, stop, depth)
            place = stop
            if field.many:
                values.setdefault(field.name, []).append(value)
            else:
                values[field.name] = value
        return values

    def _value(self, kind: str, begin: int, stop: int, depth: int) -> Any:
        if kind in MESSAGES:
            return self.message(kind, begin, stop, depth)
        if kind in (TEXT, BYTES):
            return self._text_or_bytes(kind, begin, stop)
        if kind == INT:
            return wire.signed(wire.varint(self._content, begin, stop)[0])
        if kind == PACKED:
            return wire.packed_varints(self._content, begin, stop)
        if kind == "raw":
            return (begin, stop)
        return self._count(kind, begin, stop)

    def _count(self, kind: str, begin: int, stop: int) -> Optional[int]:
        if kind == FLOAT:
            return None
        count, rest = divmod(stop - begin, WIDTHS[kind])
        if rest:
            raise Malformed(f"numbers at byte {begin} are cut off")
        return count

    def _text_or_bytes(self, kind: str, begin: int, stop: int) -> Any:
        self._text += stop - begin
        if stop - begin > LONGEST_TEXT or self._text > TEXT_BYTES:
            raise Malformed(f"holds a text of {stop - begin} bytes, {self._text} together")
        content = self._content[begin:stop]
        if kind == BYTES:
            return content
        try:
            return content.decode()
        except UnicodeDecodeError:
            raise Malformed(f"a name at byte {begin} is not UTF-8") from None

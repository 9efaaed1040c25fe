"""Writes ONNX files byte by byte, without ONNX: also such that no library writes."""

from __future__ import annotations

from collections.abc import Sequence

Pair = tuple[int, int | str | bytes | float]

DOUBLE, INT64, TEXT, FLOAT = 11, 7, 8, 1


def varint(number: int) -> bytes:
    """A number as protocol buffers write it; a negative one in ten bytes."""
    number &= (1 << 64) - 1
    out = b""
    while number >= 0x80:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def message(*pairs: Pair) -> bytes:
    """The fields of one message, in this order."""
    return b"".join(_field(number, value) for number, value in pairs)


def _field(number: int, value: int | str | bytes | float) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    content = value.encode() if isinstance(value, str) else value
    assert isinstance(content, bytes)
    return varint(number << 3 | 2) + varint(len(content)) + content


def value(name: str, kind: int) -> bytes:
    """A ValueInfoProto: a column of `kind`."""
    column = message((1, message((2, "rows"))), (1, message((1, 1))))
    return message((1, name), (2, message((1, message((1, kind), (2, column))))))


def tensor(name: str, kind: int, dims: Sequence[int], raw: bytes) -> bytes:
    """A TensorProto with its data as raw bytes."""
    return message(*((1, size) for size in dims), (2, kind), (8, name), (9, raw))


def whole(name: str, *numbers: int) -> bytes:
    """A one-dimensional TensorProto of int64."""
    return tensor(name, INT64, [len(numbers)], b"".join(n.to_bytes(8, "little", signed=True) for n in numbers))


def node(operator: str, inputs: Sequence[str], outputs: Sequence[str], *attributes: bytes, domain: str = "") -> bytes:
    """A NodeProto."""
    names = [*((1, name) for name in inputs), *((2, name) for name in outputs)]
    return message(*names, (4, operator), *((5, attribute) for attribute in attributes), (7, domain))


def ints(name: str, numbers: Sequence[int]) -> bytes:
    """An AttributeProto that holds whole numbers."""
    return message((1, name), *((8, number) for number in numbers), (20, 7))


def graph(nodes: Sequence[bytes], inputs: Sequence[bytes], outputs: Sequence[bytes], *more: Pair) -> bytes:
    """A GraphProto."""
    pairs = [*((1, item) for item in nodes), (2, "g"), *more, *((11, item) for item in inputs)]
    return message(*pairs, *((12, item) for item in outputs))


def model(graph: bytes, *more: Pair) -> bytes:
    """A ModelProto of the versions that our exporter writes."""
    opsets = [(8, message((1, domain), (2, version))) for domain, version in (("", 17), ("ai.onnx.ml", 3))]
    return message((1, 8), (2, "remodel"), (7, graph), *opsets, *more)


def columns(**kinds: int) -> list[bytes]:
    """The inputs of a file by their names."""
    return [value(name, kind) for name, kind in kinds.items()]


ANSWERS = (value("label", TEXT), value("probabilities", DOUBLE))
"""The outputs of a classifier's file."""

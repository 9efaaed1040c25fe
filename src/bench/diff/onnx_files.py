"""Differences of two ONNX models: nodes, attributes and initializers by their names, tensors by their first index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import onnx
from google.protobuf.message import Message
from onnx import TensorProto, numpy_helper

from bench.diff import arrays
from bench.diff.difference import ByteDifference, of_values


def differences(left: bytes, right: bytes) -> Iterator[ByteDifference]:
    """The differences of two serialized models."""
    yield from _messages(onnx.load_from_string(left), onnx.load_from_string(right), "")


def _messages(left: Message, right: Message, place: str) -> Iterator[ByteDifference]:
    if isinstance(left, TensorProto):
        yield from arrays.differences(numpy_helper.to_array(left), numpy_helper.to_array(right), place)
        return
    # What is set on either side: a field that is not set has a default, and messages without end inside it.
    for name in dict.fromkeys(field.name for side in (left, right) for field, _ in side.ListFields()):
        here, there = getattr(left, name), getattr(right, name)
        inner = f"{place}.{name}".lstrip(".")
        if isinstance(here, Message):
            yield from _messages(here, there, inner)
        elif isinstance(here, (str, bytes, int, float)):
            if repr(here) != repr(there):
                yield of_values(inner, here, there)
        else:
            yield from _lists(list(here), list(there), inner)


def _lists(left: Sequence[Any], right: Sequence[Any], place: str) -> Iterator[ByteDifference]:
    names = [[_name(item, number) for number, item in enumerate(side)] for side in (left, right)]
    if names[0] != names[1]:
        yield of_values(place, *names)
    others = dict(zip(names[1], right))
    for name, here in zip(names[0], left):
        there = others.get(name)
        if isinstance(here, Message) and there is not None:
            yield from _messages(here, there, f"{place}[{name}]")
        elif there is not None and repr(here) != repr(there):
            yield of_values(f"{place}[{name}]", here, there)


def _name(item: Any, number: int) -> str:
    """A part's own name, an opset's domain, or its number."""
    name = getattr(item, "name", "")
    if not name and hasattr(item, "domain") and hasattr(item, "version"):
        name = item.domain or "ai.onnx"
    return name or str(number)

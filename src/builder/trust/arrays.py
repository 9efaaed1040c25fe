"""The header of an array file (.npy), read before numpy reads it.

numpy evaluates the header as Python, older versions whatever its length, and makes an array as large as it says.
https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

from __future__ import annotations

import ast
import math
import re
from typing import Any

import numpy

MAGIC = b"\x93NUMPY"

LENGTHS = {1: 2, 2: 4, 3: 4}
"""Bytes of the header's length, by the version of the format."""

LONGEST_HEADER = 10_000
"""Bytes: as many as newer versions of numpy take. That of a struct with a hundred fields has some thousand."""

NESTED = re.compile(rb"[(\[{]{8}|-{8}|~|[*]{2}")
"""Of a header that is no literal of a few levels, but work for a parser."""


def check(content: bytes) -> None:
    """Raise ValueError unless `content` is one array, without objects, as long as its header says."""
    version = content[6] if content[:6] == MAGIC and len(content) > 12 else 0
    if version not in LENGTHS:
        raise ValueError("an array has no header of numpy")
    start = 8 + LENGTHS[version]
    size = int.from_bytes(content[8:start], "little")
    if size > LONGEST_HEADER or start + size > len(content):
        raise ValueError(f"an array has a header of {size} bytes")
    described = _header(content[start : start + size])
    kind, shape = _kind(described["descr"]), described["shape"]
    if kind.hasobject:
        raise ValueError("an array holds objects")
    if not isinstance(shape, tuple) or not all(type(length) is int and length >= 0 for length in shape):
        raise ValueError(f"an array has the shape {shape!r:.60}")
    if len(content) - start - size != math.prod(shape) * kind.itemsize:
        raise ValueError(f"an array of the shape {shape!r:.60} has another number of bytes")


def _header(text: bytes) -> dict[str, Any]:
    if NESTED.search(text):
        raise ValueError("an array has a header that is no plain mapping")
    try:
        described = ast.literal_eval(text.decode("utf-8").strip())
    except (SyntaxError, ValueError, MemoryError, RecursionError, TypeError):
        raise ValueError("an array has a header that is no plain mapping") from None
    if not isinstance(described, dict) or set(described) != {"descr", "fortran_order", "shape"}:
        raise ValueError("an array has a header that is no plain mapping")
    return described


def _kind(description: Any) -> numpy.dtype:
    try:
        return numpy.dtype(_fields(description))
    except (TypeError, SyntaxError, OverflowError, MemoryError, RecursionError):
        raise ValueError("an array has a type that numpy does not write") from None


def _fields(description: Any) -> Any:
    """A type as numpy.dtype takes it; a struct is a list of tuples, each of a name, a type and maybe a shape."""
    if isinstance(description, str):
        return description
    if not isinstance(description, list) or any(type(f) is not tuple or len(f) < 2 for f in description):
        raise TypeError
    return [(field[0], _fields(field[1]), *field[2:]) for field in description]

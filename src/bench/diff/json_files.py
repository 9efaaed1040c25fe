"""Differences of two JSON documents, each named by its JSON path."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from bench.diff.difference import ByteDifference, shortened

PLAIN = re.compile(r"[A-Za-z_][\w-]*")


def differences(left: bytes, right: bytes) -> Iterator[ByteDifference]:
    """The differences of two JSON files."""
    yield from walk(json.loads(left), json.loads(right), "$")


def walk(left: Any, right: Any, place: str) -> Iterator[ByteDifference]:
    """The differences of two documents, whose root is called `place`."""
    if isinstance(left, dict) and isinstance(right, dict):
        for key in sorted({*left, *right}):
            inner = f"{place}{step(key)}"
            if key in left and key in right:
                yield from walk(left[key], right[key], inner)
            else:
                yield ByteDifference(inner, *(_text(side[key]) if key in side else None for side in (left, right)))
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for number, pair in enumerate(zip(left, right)):
            yield from walk(*pair, f"{place}[{number}]")
    elif type(left) is not type(right) or left != right:
        yield ByteDifference(place, _text(left), _text(right))


def step(key: str) -> str:
    """A key as the next step of a JSON path."""
    return f".{key}" if PLAIN.fullmatch(key) else f"[{json.dumps(key, ensure_ascii=False)}]"


def _text(value: Any) -> str:
    return shortened(json.dumps(value, ensure_ascii=False))

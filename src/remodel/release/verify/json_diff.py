"""Where two documents differ first, as a place and the two values there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from remodel.errors import VerificationError
from remodel.lines import one_line

LONGEST = 1000
"""Characters of a difference: a document of somebody else may have a megabyte in one word."""


def first_difference(actual: Any, expected: Any, place: str = "$") -> str | None:
    """Such as "$.data.dataset is 'wine', not 'iris'"; None where the documents are equal."""
    difference = _difference(actual, expected, place)
    return one_line(difference, LONGEST) if difference is not None else None


def _difference(actual: Any, expected: Any, place: str) -> str | None:
    if isinstance(actual, dict) and isinstance(expected, dict):
        keys = sorted({*actual, *expected})
        differences = (_difference(actual.get(key), expected.get(key), f"{place}.{key}") for key in keys)
        return next((difference for difference in differences if difference is not None), None)
    if isinstance(actual, list) and isinstance(expected, list) and len(actual) == len(expected):
        pairs = enumerate(zip(actual, expected, strict=True))
        differences = (_difference(*pair, f"{place}[{_label(pair[0], number)}]") for number, pair in pairs)
        return next((difference for difference in differences if difference is not None), None)
    return None if actual == expected else f"{place} is {actual!r}, not {expected!r}"


def check_entries(actual: Mapping[str, Any], expected: Mapping[str, Any], place: str) -> None:
    """VerificationError with the first key, in order, that has another value than expected."""
    for key in sorted({*actual, *expected}):
        if actual.get(key) != expected.get(key):
            text = one_line(f"{key} is {actual.get(key)}, not {expected.get(key)}", LONGEST)
            raise VerificationError(f"{place}: {text}")


def _label(item: Any, number: int) -> str:
    """What names an item of a list: its own name where it has one."""
    return str(item.get("name", number)) if isinstance(item, dict) else str(number)

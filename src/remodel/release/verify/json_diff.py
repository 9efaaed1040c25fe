"""Where two JSON documents differ first, as a place and the two values there."""

from __future__ import annotations

from typing import Any


def first_difference(found: Any, expected: Any, place: str = "$") -> str | None:
    """Such as "$.data.dataset is 'wine', not 'iris'"; None where the documents are equal."""
    if isinstance(found, dict) and isinstance(expected, dict):
        keys = sorted({*found, *expected})
        told = (first_difference(found.get(key), expected.get(key), f"{place}.{key}") for key in keys)
        return next((one for one in told if one is not None), None)
    if isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        pairs = enumerate(zip(found, expected, strict=True))
        told = (first_difference(one, other, f"{place}[{_label(one, number)}]") for number, (one, other) in pairs)
        return next((one for one in told if one is not None), None)
    return None if found == expected else f"{place} is {found!r}, not {expected!r}"


def _label(item: Any, number: int) -> str:
    """What names an item of a list: its own name where it has one."""
    return str(item.get("name", number)) if isinstance(item, dict) else str(number)

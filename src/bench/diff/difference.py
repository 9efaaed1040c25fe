"""One difference of two files, and how values are written in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

WIDTH = 120
"""Longer values are cut: the place is what one looks for."""


@dataclass(frozen=True)
class ByteDifference:
    """A place in a file and the text of the two values there; None on the side that has no such place."""

    place: str
    left: Optional[str]
    right: Optional[str]


def of_values(place: str, left: Any, right: Any) -> ByteDifference:
    """The difference of two values, as Python writes them."""
    return ByteDifference(place, shortened(repr(left)), shortened(repr(right)))


def shortened(text: str) -> str:
    """One line of at most WIDTH characters."""
    line = " ".join(text.split())
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 3]}..."

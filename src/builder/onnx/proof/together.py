"""Columns asked about together: a question each takes too long in a wide table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Callable

WIDE = 200
"""Of more columns than this, many are asked about together."""

QUESTIONS = 24
"""So many are put to a wide table's model; columns that are not asked about alone then count as those beside them."""


def holding(names: Sequence[str], holds: Callable[[Sequence[str]], bool]) -> set[str]:
    """The names of which `holds` is true.

    Of more than WIDE names it is asked of all at once, and of halves where it is not true: what is true of columns
    together is true of each. So a column may be left out that would hold alone, and none is in that does not.
    """
    if len(names) <= WIDE:
        return {name for name in names if holds([name])}
    return {name for group in _halved(names, holds) for name in group}


def _halved(names: Sequence[str], holds: Callable[[Sequence[str]], bool]) -> Iterator[Sequence[str]]:
    """Groups that hold, largest first."""
    groups = [names]
    for _ in range(QUESTIONS):
        if not groups:
            return
        group = groups.pop(0)
        if holds(group):
            yield group
        elif len(group) > 1:
            half = len(group) // 2
            groups += [group[:half], group[half:]]

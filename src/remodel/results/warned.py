"""What a build's libraries warned of, for whoever looks at its score: a line a kind, what a score hangs on first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

NOT_CONVERGED = "ConvergenceWarning"

EMPTY_COLUMN = "without any observed values"
"""What scikit-learn's imputers say of a column that holds nothing, which they leave out."""


def warning_lines(warnings: Mapping[tuple[str, str], int]) -> list[str]:
    """One line a kind, "ConvergenceWarning, 6 times: ...": optimisers that stopped early first, then empty columns.

    `warnings`: how often, by (category, message). Messages of one category that differ in their numbers only are one
    kind, told by the first of them.
    """
    counts: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], str] = {}
    for (category, message), count in sorted(warnings.items()):
        kind = (category, "".join(letter for letter in message if letter.isalpha()))
        first.setdefault(kind, message)
        counts[kind] += count
    kinds = sorted(counts, key=lambda kind: (_urgency(kind[0], first[kind]), -counts[kind], kind))
    return [f"{kind[0]}, {_times(counts[kind])}: {first[kind]}" for kind in kinds]


def _urgency(category: str, message: str) -> int:
    if category == NOT_CONVERGED:
        return 0
    return 1 if EMPTY_COLUMN in message else 2


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"

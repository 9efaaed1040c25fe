"""Rows of wide tables: all columns are changed in the same row, for rows that change one each would be too many."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Callable

import numpy as np

from .rows import replaced

ROWS = 240
"""So many rows hold values of all columns."""

HALVES = 64
"""So many rows are without a value in half of the columns."""

MOVED = 40
"""So many features of trees are moved over their thresholds."""


def values(frame: Any, by_column: Callable[[str], np.ndarray], random: Any) -> Any:
    """Rows with one of `by_column`'s values in each numeric column."""
    rows = some_rows(frame, ROWS, random)
    return replaced(rows, {name: random.choice(by_column(name), ROWS) for name in _numbers(frame)})


def words(frame: Any, by_column: Callable[[str], list[str]], random: Any) -> Iterator[Any]:
    """Rows with known words in each column of texts, and rows with any."""
    numbers = set(_numbers(frame))
    names = [name for name in frame.columns if name not in numbers]
    for known in (True, False) if names else ():
        rows = some_rows(frame, ROWS, random)
        chosen = {name: list(frame[name].dropna().unique()) if known else by_column(name) for name in names}
        chosen = {name: texts for name, texts in chosen.items() if texts}
        yield replaced(
            rows, {name: random.choice(np.array(texts, dtype=object), ROWS) for name, texts in chosen.items()}
        )


def missing(frame: Any, names: Sequence[str], random: Any) -> Any:
    """Rows without a value in about half of these columns, in each another half."""
    rows = some_rows(frame, HALVES, random)
    without = zip(names, random.random((len(names), HALVES)) < 0.5)
    return replaced(rows, {name: _emptied(rows[name].to_numpy(), half) for name, half in without})


def _emptied(values: np.ndarray, places: np.ndarray) -> np.ndarray:
    emptied = values.copy()
    emptied[places] = np.nan
    return emptied


def one_each(frame: Any, changes: Sequence[tuple[str, np.ndarray]], random: Any) -> Any:
    """Rows with one column changed: for each pair of a column and values, a row a value."""
    stops = np.cumsum([len(values) for _, values in changes])
    rows = some_rows(frame, int(stops[-1]), random)
    columns = {name: rows[name].to_numpy().copy() for name, _ in changes}
    for (name, values), stop in zip(changes, stops):
        columns[name][stop - len(values) : stop] = values
    return replaced(rows, columns)


def owners(inner: Callable[[Any], np.ndarray], frame: Any, features: Collection[int], random: Any) -> dict[int, str]:
    """The raw column that moves each of some of these features.

    Found by one row a binary digit of the columns' numbers: columns whose number has the digit are at their highest
    value, the others at their lowest. A feature that several columns move gets a name that may be none of theirs;
    whoever moves the column sees that.
    """
    numbers = [name for name in _numbers(frame) if frame[name].notna().any()]
    found = _numbered(inner, frame, numbers) if features else []
    named = {feature: numbers[found[feature] - 1] for feature in features if 0 < found[feature] <= len(numbers)}
    kept = sorted(named)
    if len(kept) > MOVED:
        kept = sorted(int(feature) for feature in random.choice(kept, MOVED, replace=False))
    return {feature: named[feature] for feature in kept}


def _numbered(inner: Callable[[Any], np.ndarray], frame: Any, numbers: list[str]) -> np.ndarray:
    """For each feature the number of its column among `numbers`, from 1; 0 where none moves it."""
    digits = len(numbers).bit_length()
    places = np.arange(1, len(numbers) + 1)
    low, high = frame[numbers].min().to_numpy(), frame[numbers].max().to_numpy()
    rows = frame.iloc[np.zeros(digits + 1, dtype=int)].reset_index(drop=True).copy()
    has_digit = np.array([places >> digit & 1 for digit in range(digits)], dtype=bool)
    chosen = np.vstack([low, np.where(has_digit, high, low)])
    seen = inner(replaced(rows, dict(zip(numbers, chosen.T))))
    return ((seen[1:] != seen[0]) << np.arange(digits)[:, None]).sum(axis=0)


def some_rows(frame: Any, count: int, random: Any) -> Any:
    """Rows of the frame, by chance."""
    return frame.iloc[random.integers(0, len(frame), count)].reset_index(drop=True).copy()


def _numbers(frame: Any) -> list[str]:
    return [name for name, dtype in frame.dtypes.items() if dtype.kind == "f"]

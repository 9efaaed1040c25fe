"""Rows that are most likely to be answered wrongly: on and beside every threshold, missing, unseen, extreme."""

from __future__ import annotations

import warnings
from functools import partial
from typing import Any, Callable, Iterator

import numpy as np

from builder.answers import Answers
from builder.onnx.exact.thresholds import Threshold, thresholds

from . import wide
from .crossings import Move, crossings
from .rows import replaced
from .together import WIDE, holding

PER_COLUMN = 60
FEATURES = 6
FAINT = 16
"""So many rows have numbers near zero in every column."""


def adversarial(
    kind: type[Answers],
    model: Any,
    frame: Any,
    seed: int = 0,
    per_column: int = PER_COLUMN,
    features: int = FEATURES,
) -> Any:
    """A frame of adversarial rows made from the rows of `frame`; groups of rows that the model refuses are left out.

    `per_column` values and thresholds of each column are taken, with the doubles and floats around each; a column
    is moved over thresholds of at most so many `features`. In a wide table many columns are changed in one row.
    """
    import pandas

    random = np.random.default_rng(seed)
    make = _narrow if len(frame.columns) <= WIDE else partial(_wide, kind)
    groups = list(make(model, frame, random, per_column, features))
    groups.append(_faint(frame, random))
    together = pandas.concat(groups, ignore_index=True)
    if _accepts(kind, model, together):
        return together
    return pandas.concat([group for group in groups if _accepts(kind, model, group)], ignore_index=True)


def _narrow(model: Any, frame: Any, random: Any, per_column: int, features: int) -> Iterator[Any]:
    """Groups of rows in which one column is changed, or all are missing."""
    numbers = [name for name in frame.columns if frame[name].dtype.kind == "f"]
    for name in numbers:
        yield _values(frame, name, random, per_column)
    for names in [*([name] for name in frame.columns), list(frame.columns)]:
        yield _missing(frame, names, random)
    for name in frame.columns:
        if name not in numbers:
            yield _replaced(frame, name, _words(frame, name), random)
    yield from _at_thresholds(model, frame, numbers, random, per_column, features)


def _wide(kind: type[Answers], model: Any, frame: Any, random: Any, per_column: int, features: int) -> Iterator[Any]:
    """Groups of rows in which many columns are changed, and rows at thresholds of some of the columns."""
    yield wide.values(frame, lambda name: _numbers_of(frame[name], random, per_column), random)
    yield from wide.words(frame, lambda name: _words(frame, name), random)
    names = list(frame.columns)
    filled = holding(names, lambda some: _accepts(kind, model, _missing(frame, some, random)))
    yield wide.missing(frame, [name for name in names if name in filled], random)
    inner, final = _split(model)
    by_feature = thresholds(final)
    moves = []
    for feature, name in wide.owners(inner, frame, by_feature, random).items():
        for _, values in _moved(inner, frame, name, {feature: by_feature[feature]}, random, features):
            moves.append(_move(name, feature, values, random, per_column))
    crossed = [(move.name, neighbours(crossing)) for move, crossing in zip(moves, crossings(inner, frame, moves))]
    if crossed:
        yield wide.one_each(frame, crossed, random)


def _accepts(kind: type[Answers], model: Any, group: Any) -> bool:
    """Whether the model answers, and with numbers; ONNX Runtime never refuses, so refused rows prove nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return kind.ask(model, group).is_finite()
        except (ValueError, TypeError):
            return False


def _replaced(frame: Any, name: str, values: Any, random: Any) -> Any:
    """Random rows with these values in one column."""
    rows = frame.iloc[random.integers(0, len(frame), len(values))].reset_index(drop=True).copy()
    rows[name] = np.array(values, dtype=frame[name].dtype)
    return rows


def _missing(frame: Any, names: list[str], random: Any) -> Any:
    rows = frame.iloc[random.integers(0, len(frame), 8)].reset_index(drop=True).copy()
    return replaced(rows, {name: np.full(len(rows), np.nan, dtype=frame[name].dtype) for name in names})


def _faint(frame: Any, random: Any) -> Any:
    """Rows whose numbers are all next to nothing: what divides by their size has to say when it does not."""
    rows = frame.iloc[random.integers(0, len(frame), FAINT)].reset_index(drop=True).copy()
    sizes = 10.0 ** random.uniform(-18, -13, FAINT)
    return replaced(rows, {name: rows[name] * sizes for name, dtype in frame.dtypes.items() if dtype.kind == "f"})


def _words(frame: Any, name: str) -> list[str]:
    return [*sorted(frame[name].dropna().unique()), "never seen", " ", "\u00e9\u4e2d", "None", "nan"]


def _values(frame: Any, name: str, random: Any, per_column: int) -> Any:
    return _replaced(frame, name, _numbers_of(frame[name], random, per_column), random)


def _numbers_of(column: Any, random: Any, per_column: int) -> np.ndarray:
    """Values of the data, the floats beside them and their float32 neighbours."""
    data = column.dropna().to_numpy()
    some = random.choice(data, min(per_column, data.size), replace=False)
    low, high = _span(data)
    return np.concatenate([neighbours(some), [0.0, -0.0, low - 1, high + 1]])


def _span(data: np.ndarray) -> tuple[float, float]:
    """The lowest and the highest value; of a column that is empty so far 0."""
    return (float(data.min()), float(data.max())) if data.size else (0.0, 0.0)


def neighbours(values: np.ndarray) -> np.ndarray:
    """Values, one ulp beside them, the float32 around them and the midpoints where float32 rounds the other way."""
    near = values.astype(np.float32)
    up, down = np.nextafter(near, np.float32(np.inf)), np.nextafter(near, np.float32(-np.inf))
    singles = [single.astype(np.float64) for single in (near, up, down)]
    middles = [(singles[0] + singles[1]) / 2, (singles[0] + singles[2]) / 2]
    exact = np.concatenate([values, *middles])
    return np.concatenate([exact, np.nextafter(exact, np.inf), np.nextafter(exact, -np.inf), *singles])


def _at_thresholds(
    model: Any, frame: Any, numbers: list[str], random: Any, per_column: int, features: int
) -> Iterator[Any]:
    """Rows on both sides of where a raw column crosses a tree's threshold, found by bisection over the doubles."""
    inner, final = _split(model)
    by_feature = thresholds(final)
    if not by_feature:
        return
    moves = []
    for name in numbers:
        for feature, values in _moved(inner, frame, name, by_feature, random, features):
            moves.append(_move(name, feature, values, random, per_column))
    for move, crossing in zip(moves, crossings(inner, frame, moves)):
        if crossing.size:
            yield _replaced(frame, move.name, neighbours(crossing), random)


def _move(name: str, feature: int, values: list[Threshold], random: Any, per_column: int) -> Move:
    """A column over so many of a feature's thresholds."""
    if len(values) > per_column:
        values = [values[i] for i in random.choice(len(values), per_column, replace=False)]
    return Move(name, feature, tuple(values))


def _split(model: Any) -> tuple[Callable[[Any], np.ndarray], Any]:
    if not hasattr(model, "steps"):
        return (lambda rows: np.asarray(rows, dtype=np.float64)), model
    head = model[:-1] if len(model.steps) > 1 else None

    def inner(rows: Any) -> np.ndarray:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            values = rows if head is None else head.transform(rows)
        return np.asarray(values.toarray() if hasattr(values, "toarray") else values, dtype=np.float64)

    return inner, model.steps[-1][1]


def _probe(frame: Any, name: str, values: np.ndarray) -> Any:
    rows = frame.iloc[np.zeros(len(values), dtype=int)].reset_index(drop=True).copy()
    rows[name] = values
    return rows


def _moved(
    inner: Callable[[Any], np.ndarray],
    frame: Any,
    name: str,
    by_feature: dict[int, list[Threshold]],
    random: Any,
    features: int,
) -> Iterator[tuple[int, list[Threshold]]]:
    """Features with thresholds that a raw column moves monotonically, or some of them."""
    data = frame[name].dropna().to_numpy()
    try:
        seen = inner(_probe(frame, name, np.linspace(*_span(data), 65)))
    except (ValueError, TypeError):
        return
    step = np.diff(seen, axis=0)
    monotone = (seen[0] != seen[-1]) & ((step >= 0).all(axis=0) | (step <= 0).all(axis=0))
    moved = [int(feature) for feature in np.flatnonzero(monotone) if int(feature) in by_feature]
    for feature in moved if len(moved) <= features else random.choice(moved, features, replace=False):
        yield int(feature), by_feature[int(feature)]

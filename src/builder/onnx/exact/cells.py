"""Turns categories into numbers by a finite table, made by asking the fitted transformers themselves.

A column of categories has finitely many cells: every category, any other value ("unseen") and missing. An encoder
treats each column by itself, so its output for a cell is found by transforming that cell, whatever the encoder does
inside (drop, infrequent categories, target means). Cells that scikit-learn refuses become NaN rows.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, List, Optional, Sequence

import numpy as np

from .arithmetic import axes, column, flat, row, sum_rows
from .frame import Frame, Piece, numeric
from .graph import Graph
from .unsupported import Unsupported

MISSING = ""
"""How a missing category is written in a string tensor, which has no missing value of its own."""


@dataclass(frozen=True)
class Cells:
    """The cells of one column: its categories, then missing, then unseen. `learned` are those that the fit saw."""

    values: tuple[Any, ...]
    is_text: bool
    learned: tuple[Any, ...]

    @property
    def all(self) -> list[Any]:
        return [*self.values, np.nan, self._unseen()]

    @property
    def typical(self) -> Any:
        """A cell that the encoder knows, so that no other column is refused on its account."""
        return self.learned[-1] if self.learned else self.all[0]

    def _unseen(self) -> Any:
        if not self.is_text:
            return float(np.max(np.abs(self.values), initial=0.0)) * 2 + 1.5
        word = "unseen"
        while word in self.values:
            word += "_"
        return word


def table(g: Graph, steps: Sequence[Any], frame: Frame) -> Frame:
    """Emit fitted transformers, the last of which encodes every column of the frame, as one table a column."""
    cells = [_cells(steps, frame, i) for i in range(frame.width)]
    answers, sparse = _ask(steps, frame, cells)
    owners = _owners(steps[-1], answers)
    _note_refusals(g, frame, answers)
    tables = [_filled(answer, owners.size) for answer in answers]
    blocks = []
    for i, values in enumerate(tables):
        mine = np.flatnonzero(owners == i)
        if mine.size:
            index = _index(g, frame, i, cells[i])
            blocks.append((mine, g.op("Gather", g.constant(values[:, mine]), index)))
    return _ordered(g, blocks, sparse)


def _ordered(g: Graph, blocks: list[tuple[np.ndarray, str]], sparse: bool) -> Frame:
    order = np.concatenate([mine for mine, _ in blocks])
    values = [value for _, value in blocks]
    joined = values[0] if len(values) == 1 else g.op("Concat", *values, axis=1)
    if not np.array_equal(order, np.arange(order.size)):
        joined = g.op("Gather", joined, g.constant(np.argsort(order), np.int64), axis=1)
    return numeric(joined, order.size, sparse)


def _cells(steps: Sequence[Any], frame: Frame, index: int) -> Cells:
    text = _columns(frame)[index].text
    learned = [v for step in steps for v in _learned(step, index)]
    if text is None:
        numbers = [float(v) for v in learned if isinstance(v, (int, float, np.number)) and v == v]
        return Cells(tuple(sorted(set(numbers))), False, tuple(numbers))
    seen = tuple(v for v in learned if isinstance(v, str))
    words = {*(text.categories or ()), *seen}
    if MISSING in words:
        raise Unsupported(steps[-1], f"column {text.name!r} has the empty string, the mark of missing, as a category")
    return Cells(tuple(sorted(words)), True, seen)


def _learned(step: Any, index: int) -> list[Any]:
    """Values that a fitted step knows for a column."""
    known: list[Any] = []
    categories = getattr(step, "categories_", None)
    if categories is not None and index < len(categories):
        known.extend(np.asarray(categories[index], dtype=object).tolist())
    statistics = getattr(step, "statistics_", None)
    if statistics is not None and index < len(statistics):
        known.append(statistics[index])
    return known


def _columns(frame: Frame) -> list[Piece]:
    return [piece for piece in frame.pieces for _ in range(piece.width)]


Outputs = List[Optional[np.ndarray]]
"""Output row of each cell of a column; None where scikit-learn refuses the cell."""


def _ask(steps: Sequence[Any], frame: Frame, cells: list[Cells]) -> tuple[list[Outputs], bool]:
    """What the steps answer for every cell of every column, the other columns held at a cell that they accept."""
    base = [cell.typical for cell in cells]
    answers: list[Outputs] = []
    sparse = False
    for i, mine in enumerate(cells):
        rows = [[*base[:i], value, *base[i + 1 :]] for value in mine.all]
        answer, sparse = _transformed(steps, frame, cells, rows)
        answers.append(answer)
    return answers, sparse


def _transformed(steps: Sequence[Any], frame: Frame, cells: list[Cells], rows: list[list[Any]]) -> tuple[Outputs, bool]:
    """All rows at once or, where one of them is refused, one by one."""
    try:
        values, sparse = _run(steps, _data(frame, cells, rows))
        return list(values), sparse
    except (ValueError, TypeError):
        pass
    results: Outputs = []
    sparse = False
    for alone in rows:
        try:
            values, sparse = _run(steps, _data(frame, cells, [alone]))
            results.append(values[0])
        except (ValueError, TypeError):
            results.append(None)
    if all(result is None for result in results):
        raise Unsupported(steps[-1], "refuses each value of a column")
    return results, sparse


def _filled(answers: Outputs, width: int) -> np.ndarray:
    return np.array([np.full(width, np.nan) if answer is None else answer for answer in answers])


def _note_refusals(g: Graph, frame: Frame, answers: list[Outputs]) -> None:
    """Say in the file which cells scikit-learn refuses: ONNX Runtime answers them, with NaN."""
    for piece, rows in zip(_columns(frame), answers):
        if piece.text is None:
            continue
        for place, what in ((-2, "missing"), (-1, "unseen")):
            if rows[place] is None:
                g.refuse(piece.text.name, what)


def _data(frame: Frame, cells: list[Cells], rows: list[list[Any]]) -> Any:
    if frame.names is None:
        return np.array(rows, dtype=object if any(c.is_text for c in cells) else np.float64)
    import pandas  # only a model that was fitted on a data frame gets here

    columns = [[r[i] for r in rows] for i in range(len(cells))]
    return pandas.concat(
        [
            pandas.Series(values, dtype=object if cell.is_text else np.float64, name=name)
            for values, cell, name in zip(columns, cells, frame.names)
        ],
        axis=1,
    )


def _run(steps: Sequence[Any], data: Any) -> tuple[np.ndarray, bool]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for step in steps:
            data = step.transform(data)
    sparse = hasattr(data, "toarray")
    dense = data.toarray() if sparse else np.asarray(data)
    return np.asarray(dense, dtype=np.float64), sparse


def _owners(step: Any, answers: list[Outputs]) -> np.ndarray:
    """For each output column the input column that it depends on; constant columns count as the first's."""
    known = [np.array([output for output in outputs if output is not None]) for outputs in answers]
    moved = np.array([(~_same(a, a[:1])).any(axis=0) for a in known])
    if (moved.sum(axis=0) > 1).any():
        raise Unsupported(step, "an output column depends on more than one input column")
    return np.asarray(np.argmax(moved, axis=0))


def _same(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.asarray((a == b) | (np.isnan(a) & np.isnan(b)))


def _index(g: Graph, frame: Frame, index: int, cells: Cells) -> str:
    """Row of the table for each row of the data, int64 [N]."""
    piece = _columns(frame)[index]
    if piece.text is not None:
        keys = [*cells.values, MISSING]
        label = g.op(
            "LabelEncoder",
            piece.value,
            domain="ai.onnx.ml",
            keys_strings=keys,
            values_int64s=list(range(len(keys))),
            default_int64=len(keys),
        )
        return g.op("Reshape", label, axes(g, -1))
    start = index - next(k for k, p in enumerate(_columns(frame)) if p is piece)
    return _numeric_index(g, column(g, piece.value, start), cells)


def _numeric_index(g: Graph, x: str, cells: Cells) -> str:
    count = len(cells.values)
    missing, unseen = row(g, count, 1), row(g, count + 1, 1)
    if not count:
        return flat(g, g.op("Cast", g.op("Where", g.op("IsNaN", x), missing, unseen), to=7))
    hit = g.op("Equal", x, row(g, cells.values, count))
    shift = np.arange(count) - (count + 1.0)
    place = g.op("Add", sum_rows(g, g.op("Where", hit, row(g, shift, count), row(g, 0.0, count))), unseen)
    return flat(g, g.op("Cast", g.op("Where", g.op("IsNaN", x), missing, place), to=7))

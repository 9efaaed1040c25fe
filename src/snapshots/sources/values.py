"""The cells of one column as values of its kind: exactly what stands in the file, or a refusal that names the row."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Callable, Optional

import pyarrow
import pyarrow.compute

from container.errors import BuilderError, data_error
from serving import cells as meaning
from snapshots.sources.read_file import EXACT, Reading
from snapshots.table import ARROW, BOOLEAN, NUMERIC, TIME, WEIGHT, WORDS

FALSE_TRUE = ("false", "true")
"""The words of a boolean column that names none, in any case; 0 and 1 are taken, too."""

types = pyarrow.types


@dataclass(frozen=True)
class Cells:
    """One column of a file, and what its dataset says of it."""

    file: str
    name: str
    cells: pyarrow.ChunkedArray
    reading: Reading
    about: Mapping[str, Any]

    def values(self) -> pyarrow.Array:
        """The values, missing ones null. Raises a data error for the first cell that is none of the kind."""
        kind = self.about["kind"]
        if ARROW[kind] == WORDS:
            return self._words()
        if kind in (NUMERIC, WEIGHT) or (kind == TIME and "format" not in self.about):
            return self._numbers()
        return self._booleans() if kind == BOOLEAN else self._dates()

    def _words(self) -> pyarrow.Array:
        found = self._texts()
        if marks := self.about.get("missing"):
            is_mark = pyarrow.compute.is_in(found, pyarrow.array(marks, WORDS))
            found = pyarrow.compute.if_else(is_mark, pyarrow.scalar(None, WORDS), found)
        return found

    def _numbers(self) -> pyarrow.Array:
        kind = self.cells.type
        if types.is_floating(kind):
            numbers = _joined(self.cells.cast(pyarrow.float64()))
            return self._finite(pyarrow.compute.if_else(pyarrow.compute.is_nan(numbers), None, numbers))
        if types.is_integer(kind):
            whole = _joined(self.cells)
            numbers = whole.cast(pyarrow.float64(), safe=False)
            if pyarrow.compute.any(pyarrow.compute.greater_equal(pyarrow.compute.abs(numbers), EXACT)).as_py():
                return self._each(self._number, texts=pyarrow.compute.cast(whole, WORDS))
            return numbers
        if types.is_boolean(kind):
            return _joined(self.cells).cast(pyarrow.int8()).cast(pyarrow.float64())
        if types.is_decimal(kind):
            return self._each(self._number, texts=_joined(self.cells).cast(WORDS))
        if types.is_temporal(kind):
            raise data_error(
                f"{self.file}: numeric column {self.name!r} holds {kind}",
                "Declare it: {kind: date, format: '%Y-%m-%d'}",
            )
        return self._each(self._number, texts=self._texts())

    def _number(self, cell: str, row: int) -> float:
        value = meaning.number(cell, self.about.get("decimal", self.reading.decimal))
        if value is None:
            advice = "Correct the value, leave the cell empty if it is missing, or declare the column categorical"
            raise self._wrong(row, cell, advice)
        if not math.isfinite(value):
            raise self._wrong(row, cell, "Only finite numbers can be used")
        if meaning.is_rounded(cell, value):
            raise data_error(
                f"{self.file}: numeric column {self.name!r} holds {cell.strip()} in row {row}, "
                f"which would become {value:.0f} as a number",
                "Declare the column categorical; where it is no feature, id or ignored",
            )
        return value

    def _finite(self, numbers: pyarrow.Array) -> pyarrow.Array:
        infinite = pyarrow.compute.index(pyarrow.compute.is_inf(numbers), True).as_py()
        if infinite >= 0:
            raise self._wrong(infinite + 1, numbers[infinite].as_py(), "Only finite numbers can be used")
        return numbers

    def _booleans(self) -> pyarrow.Array:
        if types.is_boolean(self.cells.type):
            return _joined(self.cells).cast(pyarrow.int8()).cast(pyarrow.float64())
        no, yes = self.about.get("values", FALSE_TRUE)
        known = {no: 0.0, yes: 1.0} if "values" in self.about else {no: 0.0, yes: 1.0, "0": 0.0, "1": 1.0}

        def value(cell: str, row: int) -> float:
            word = cell if "values" in self.about else cell.strip().lower()
            if word not in known:
                advice = f"Correct the value, or write both words: {{kind: boolean, values: [{no}, {yes}]}}"
                raise self._wrong(row, cell, advice)
            return known[word]

        return self._each(value, texts=self._texts(), known=known)

    def _dates(self) -> pyarrow.Array:
        if types.is_timestamp(self.cells.type) or types.is_date(self.cells.type):
            # Distinct ones only: there are few days.
            coded = _joined(self.cells).dictionary_encode()
            days = [None if moment is None else _days(moment) for moment in coded.dictionary.to_pylist()]
            return pyarrow.array(days, pyarrow.float64()).take(coded.indices)
        form = self.about["format"]

        def value(cell: str, row: int) -> float:
            number = meaning.days(cell, form)
            if number is None:
                raise self._wrong(row, cell, f"It is not written as {form!r}: correct the value, or the format")
            return number

        return self._each(value, texts=self._texts())

    def _each(self, value: Callable, texts: pyarrow.Array, known: Optional[Mapping] = None) -> pyarrow.Array:
        """`value` of each cell that has one: of each distinct text once."""
        marks = self.about.get("missing", self.reading.missing)
        coded = texts.dictionary_encode()
        made: list[Optional[float]] = []
        for position, text in enumerate(coded.dictionary.to_pylist()):
            if meaning.is_missing(text, marks) and (known is None or text not in known):
                made.append(None)
                continue
            try:
                made.append(value(text, 0))
            except BuilderError:
                value(text, pyarrow.compute.index(coded.indices, position).as_py() + 1)
        return pyarrow.array(made, pyarrow.float64()).take(coded.indices)

    def _texts(self) -> pyarrow.Array:
        return words(self.file, self.name, self.cells)

    def _wrong(self, row: int, cell: Any, advice: str) -> BuilderError:
        kind = self.about["kind"]
        return data_error(f"{self.file}: {kind} column {self.name!r} holds {cell!r} in row {row}", advice)


def words(file: str, name: str, cells: pyarrow.ChunkedArray) -> pyarrow.Array:
    """A column's cells as text, null where there is none or the text is empty.

    Bytes are text where they are UTF-8: that is what Parquet files of some writers hold.
    """
    kind = cells.type
    if types.is_dictionary(kind):
        return words(file, name, cells.cast(kind.value_type))
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind):
        try:
            texts = _joined(cells).cast(pyarrow.binary()).cast(WORDS)
        except pyarrow.ArrowInvalid:
            row = next(row for row, cell in enumerate(cells.to_pylist(), 1) if cell is not None and not _is_text(cell))
            raise data_error(
                f"{file}: column {name!r} holds bytes that are no UTF-8 text in row {row}", "Declare it ignored"
            ) from None
    elif types.is_string(kind) or types.is_large_string(kind):
        texts = _joined(cells).cast(WORDS)
    elif types.is_nested(kind):
        raise data_error(
            f"{file}: column {name!r} holds {kind}, no single values", "Take it apart first, or declare it ignored"
        )
    else:
        listed = (None if cell is None or cell != cell else str(cell) for cell in cells.to_pylist())
        texts = pyarrow.array(list(listed), WORDS)
    return pyarrow.compute.if_else(pyarrow.compute.equal(texts, ""), pyarrow.scalar(None, WORDS), texts)


def _is_text(cell: bytes) -> bool:
    try:
        cell.decode()
    except UnicodeDecodeError:
        return False
    return True


def _days(moment: Any) -> float:
    if not isinstance(moment, datetime.datetime):
        moment = datetime.datetime(moment.year, moment.month, moment.day)
    return meaning.since_1970(moment)


def _joined(cells: pyarrow.ChunkedArray) -> pyarrow.Array:
    joined = cells.combine_chunks()
    return joined if isinstance(joined, pyarrow.Array) else pyarrow.concat_arrays(joined.chunks)

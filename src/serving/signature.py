"""Checks a request against a model's signature.json: every row and column that the model must not get, and why.

A row is a mapping of column names to a number, a text, or None for a missing value. ONNX Runtime itself refuses
nothing: it answers NaN, infinity and words that no training row had with some label.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, Optional

from serving import cells
from serving.answers import CLASSIFICATION

VERSION = 1

LARGEST = 3.4028234663852886e38
"""The largest number of single precision, in which scikit-learn's trees compute: it refuses what is larger."""

WORDS = ("categorical", "text")
"""Kinds of columns that are texts to a model; the others are numbers to it."""

LISTED = 10
"""So many of the values that a column may have are named where another one is refused."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a request; `row` counts from 1. None where it is no single row's or column's."""

    message: str
    row: Optional[int] = None
    column: Optional[str] = None

    def __str__(self) -> str:
        place = [f"row {self.row}"] if self.row is not None else []
        place += [f"column {self.column!r}"] if self.column is not None else []
        return f"{', '.join(place)}: {self.message}" if place else self.message


class BadRequest(ValueError):
    """Rows that a model must not answer; `problems` holds all that was found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        more = f" (and {len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
        super().__init__(f"{self.problems[0]}{more}")


@dataclass(frozen=True)
class Signature:
    """The columns that a model takes, in the order of its training data, the classes that it knows, and its task.

    target: what it answers. reading: how the file of its training data was read; None where there was no file.
    """

    columns: tuple[Mapping[str, Any], ...]
    classes: tuple[str, ...]
    task: str = CLASSIFICATION
    target: str = ""
    reading: Optional[Mapping[str, Any]] = None
    answers: Optional[str] = None
    """What is answered, where that is not what the task says by itself."""

    @property
    def kind(self) -> str:
        """Which of serving.answers.KINDS is answered."""
        return self.answers or self.task

    @property
    def names(self) -> list[str]:
        """The columns' names."""
        return [column["name"] for column in self.columns]

    def check(self, rows: Any) -> tuple[Problem, ...]:
        """Everything that is wrong with a request; nothing where every row may go to the model."""
        if isinstance(rows, (str, bytes, Mapping)) or not isinstance(rows, Sequence):
            return (Problem("a list of rows is expected"),)
        if not rows:
            return (Problem("there are no rows"),)
        return tuple(problem for number, row in enumerate(rows, 1) for problem in self._row(row, number))

    def _row(self, row: Any, number: int) -> list[Problem]:
        if not isinstance(row, Mapping):
            return [Problem(f"{row!r:.40} is no mapping of column names to values", number)]
        names = self.names
        problems = [Problem(unknown(name, names), number, str(name)) for name in row if name not in names]
        for column in self.columns:
            name = column["name"]
            message = _objection(column, row[name]) if name in row else "the column is missing"
            if message:
                problems.append(Problem(message, number, name))
        return problems


def unknown(name: Any, names: list[str]) -> str:
    """What is said of a column that a model does not have."""
    near = difflib.get_close_matches(str(name), names, n=1)
    return "the model has no such column" + (f": did you mean {near[0]!r}?" if near else "")


def _objection(column: Mapping[str, Any], value: Any) -> Optional[str]:
    """Why the model must not get this value; None where it may."""
    if value is None:
        missing = column["missing"]
        return None if missing["allowed"] else f"no value, and there has to be one: {missing['because']}"
    if column["kind"] == "categorical":
        return _of_text(column, value)
    if column["kind"] == "text":
        return None if isinstance(value, str) else f"{value!r:.40} is not a text"
    if column["kind"] == "boolean":
        return _of_truth(column, value)
    if column["kind"] == "date" and not isinstance(value, Real):
        if not isinstance(value, str) or cells.days(value, column["format"]) is None:
            return f"{value!r:.40} is no date that is written as {column['format']}"
        value = cells.days(value, column["format"])
    return _of_number(column, value)


def to_model(column: Mapping[str, Any], value: Any) -> Any:
    """What the model gets for a value that it may get: dates as days since 1970, truth values as 0 and 1."""
    if value is None or not isinstance(value, (str, bool)):
        return value
    if column["kind"] == "date":
        return cells.days(value, column["format"])
    if column["kind"] == "boolean":
        return float(value) if isinstance(value, bool) else float(_truths(column)[value])
    return value


def _truths(column: Mapping[str, Any]) -> Mapping[str, int]:
    no, yes = column.get("values", ("false", "true"))
    return {no: 0, yes: 1}


def _of_truth(column: Mapping[str, Any], value: Any) -> Optional[str]:
    if isinstance(value, bool) or (isinstance(value, Real) and value in (0, 1)):
        return None
    known = _truths(column)
    return None if isinstance(value, str) and value in known else f"{value!r:.40} is neither {' nor '.join(known)}"


def _of_number(column: Mapping[str, Any], value: Any) -> Optional[str]:
    if isinstance(value, bool):
        return f"{value!r} is not a number: send {int(value)}"
    if not isinstance(value, Real):
        return f"{value!r:.40} is not a number"
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if math.isnan(number):
        return "NaN is not a number; a missing value is null (in CSV an empty cell)"
    low, high = column["minimum"], column["maximum"]
    low, high = -LARGEST if low is None else low, LARGEST if high is None else high
    return None if low <= number <= high else f"{number!r} is not between {low!r} and {high!r}"


def _of_text(column: Mapping[str, Any], value: Any) -> Optional[str]:
    if not isinstance(value, str):
        return f"{value!r:.40} is not a text"
    if not value:
        return "the text is empty; a missing value is null"
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        return f"{value!r:.40} holds what is no character"
    if not column["other_values"] and value not in column["categories"]:
        known = ", ".join(map(repr, column["categories"][:LISTED]))
        more = f" and {len(column['categories']) - LISTED} more" if len(column["categories"]) > LISTED else ""
        return f"{value!r:.40} is a value that the model refuses; it knows {known}{more}"
    return None

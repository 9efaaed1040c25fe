"""Reads the rows of a CSV or JSON text, and writes answers in the same format."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from serving import cells
from serving.answers import REGRESSION, Answer
from serving.signature import BadRequest, Problem, Signature, unknown

FORMATS = ("csv", "json")

SPECIAL = {"nan": math.nan, "inf": math.inf, "+inf": math.inf, "-inf": -math.inf}
"""Read as what they say, so that they are refused for what they are."""


EMPTY = 'the line is empty, and left out it would move all answers behind it; a missing value alone is written ""'

LARGEST = 1 << 30
"""Bytes of the largest file with rows."""

LONGEST_NUMBER = 4000
"""Digits of the longest whole number in JSON: some Pythons need hours for a million."""


def content_of(path: Path) -> bytes:
    """The bytes of a file with rows. Raises OSError, and BadRequest where there are more than LARGEST."""
    with path.open("rb") as stream:
        content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise BadRequest([Problem(f"the file has more than {LARGEST} bytes: answer it in parts")])
    return content


@dataclass(frozen=True)
class Request:
    """What a file asks: its rows, still to be checked; the columns that the model does not take; and the target's
    values, where the file has them (None: this row has none)."""

    rows: Any
    aside: tuple[str, ...] = ()
    truth: Optional[Sequence[Any]] = None

    def notes(self, signature: Signature, answers: Sequence[Answer]) -> list[str]:
        """What a reader of the answers is told beside them: what was left aside, and how many were right."""
        notes = [f"left aside, as the model takes no such column: {', '.join(self.aside)}"] if self.aside else []
        known = [(truth, answer) for truth, answer in zip(self.truth or (), answers) if truth is not None]
        if known:
            notes.append(type(known[0][1]).note(known, signature.target))
        return notes


def read_rows(signature: Signature, content: bytes, kind: str) -> Any:
    """The rows of `read_request`."""
    return read_request(signature, content, kind).rows


def read_request(signature: Signature, content: bytes, kind: str) -> Request:
    """What a file's bytes ask, read as the file of the training data was. Columns are taken by their names.

    Raises BadRequest where it is not of its kind ("csv", "json"), or a CSV file lacks a column.
    """
    encoding = (signature.reading or {}).get("encoding", "utf-8") if kind == "csv" else "utf-8"
    try:
        text = content.decode("utf-8-sig" if encoding.lower().replace("_", "-") == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        shown = "UTF-8" if encoding == "utf-8" else encoding
        raise BadRequest([Problem(f"the text is not {shown}: {error}")]) from None
    return _from_csv(signature, text.lstrip("\ufeff")) if kind == "csv" else _apart(signature, _from_json(text))


def to_text(answers: Sequence[Answer], kind: str) -> str:
    """Answers, of which there is at least one, as a CSV or JSON file has them."""
    if kind == "json":
        return json.dumps([answer.document() for answer in answers], indent=2, ensure_ascii=False) + "\n"
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    lines = [answer.cells() for answer in answers]
    writer.writerow(lines[0])
    writer.writerows(line.values() for line in lines)
    return out.getvalue()


def _from_json(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_row, parse_int=_whole)
    except BadRequest:
        raise
    except (ValueError, RecursionError) as error:
        raise BadRequest([Problem(f"the text is not JSON: {error}")]) from None


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError(f"a whole number has {len(digits)} digits")
    return int(digits)


def _row(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        names = [name for name, _ in pairs]
        raise BadRequest([Problem("a row names it twice", None, next(name for name in names if names.count(name) > 1))])
    return row


def _apart(signature: Signature, rows: Any) -> Request:
    """Rows of JSON with what the model takes, the rest aside. Rows that are none stay, to be refused."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return Request(rows)
    names = set(signature.names)
    others = dict.fromkeys(name for row in rows for name in row if name not in names)
    missing = [name for name in signature.names if any(name not in row for row in rows)]
    if missing:
        # What is left aside may be the missing one, misspelt: the model says which.
        return Request(rows)
    truth = None
    if signature.target in others:
        values = [row.get(signature.target) for row in rows]
        truth = [None if value is None else _known(signature, str(value), {}) for value in values]
    kept = [{name: value for name, value in row.items() if name in names} for row in rows]
    return Request(kept, tuple(name for name in others if name != signature.target), truth)


def _from_csv(signature: Signature, text: str) -> Request:
    reading = signature.reading or {}
    dialect = {"delimiter": reading.get("separator", ","), "quotechar": reading.get("quote", '"')}
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True, **dialect))
    except csv.Error as error:
        raise BadRequest([Problem(f"the text is not CSV: {error}")]) from None
    header, body = (lines[0], _body(lines)) if lines else ([], [])
    if reading.get("trim"):
        header, body = [name.strip() for name in header], [[cell.strip() for cell in line] for line in body]
    if problems := _of_header(signature.names, header):
        raise BadRequest(problems)
    problems = [
        Problem(f"there are {len(line)} cells, the header has {len(header)}" if line else EMPTY, number)
        for number, line in enumerate(body, 1)
        if len(line) != len(header)
    ]
    if problems:
        raise BadRequest(problems)
    places = [(column, header.index(column["name"])) for column in signature.columns]
    rows = [{column["name"]: _cell(column, line[place], reading) for column, place in places} for line in body]
    others = [name for name in header if name not in signature.names]
    truth = None
    if signature.target in others:
        truth = [_known(signature, line[header.index(signature.target)], reading) for line in body]
    return Request(rows, tuple(name for name in others if name != signature.target), truth)


def _known(signature: Signature, cell: str, reading: Mapping[str, Any]) -> Any:
    """What a cell of the target says; None where it says nothing that answers could be held against."""
    if signature.task != REGRESSION:
        return cell or None
    number = cells.number(cell, reading.get("decimal", "."))
    return number if number is not None and math.isfinite(number) else None


def _body(lines: list[list[str]]) -> list[list[str]]:
    """The lines behind the header. Empty ones at the end are none, but where a row has one cell: it might be one."""
    end = len(lines)
    while end > 1 and not lines[end - 1] and len(lines[0]) > 1:
        end -= 1
    return lines[1:end]


def _of_header(names: list[str], header: list[str]) -> list[Problem]:
    """What is wrong with the columns of a CSV file."""
    if not header:
        return [Problem("there is no header")]
    problems = [Problem("the column is missing", None, name) for name in names if name not in header]
    if problems:
        # One of the others may be the missing one, misspelt.
        problems = [Problem(unknown(name, names), None, name) for name in header if name not in names] + problems
    twice = dict.fromkeys(name for name in header if header.count(name) > 1)
    return problems + [Problem("stands in the header twice", None, name) for name in twice]


def _cell(column: Mapping[str, Any], cell: str, reading: Mapping[str, Any]) -> Any:
    """The value of one cell; what is no number stays a text, which a numeric column refuses."""
    kind = column["kind"]
    if cell == "" or cell in column.get("missing_values", ()):
        return None
    if kind in ("categorical", "text"):
        return cell
    marks = None if reading.get("any_case") else reading.get("missing", ())
    if reading and "missing_values" not in column and cells.is_missing(cell, marks):
        return None
    if kind == "boolean":
        return _truth(column, cell)
    number = cells.number(cell, column.get("decimal", reading.get("decimal", "."))) if kind == "numeric" else None
    if number is None or not math.isfinite(number):
        return SPECIAL.get(cell.strip().lower(), cell) if kind == "numeric" else cell
    return number


def _truth(column: Mapping[str, Any], cell: str) -> Any:
    """A cell of a boolean column that names no words is read as its file was: in any case, or as 0 and 1."""
    if "values" in column:
        return cell
    return {"false": False, "true": True, "0": False, "1": True}.get(cell.strip().lower(), cell)

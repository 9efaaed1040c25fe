"""Reads the rows of a CSV or JSON text, and writes answers in the same format."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Sequence
from typing import Any

from serving.answers import Answer
from serving.signature import BadRequest, Problem, Signature, unknown

FORMATS = ("csv", "json")

NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)
"""A number in a CSV file; float() would take 1_000, too."""

SPECIAL = {"nan": math.nan, "inf": math.inf, "+inf": math.inf, "-inf": -math.inf}
"""Read as what they say, so that they are refused for what they are."""


def read_rows(signature: Signature, content: bytes, kind: str) -> Any:
    """The rows in a file's bytes, still to be checked. Raises BadRequest where it is not of its kind ("csv", "json"),
    or where a CSV file has other columns, or the same in another order."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadRequest([Problem(f"the text is not UTF-8: {error}")]) from None
    return _from_csv(signature, text) if kind == "csv" else _from_json(text)


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
        return json.loads(text, object_pairs_hook=_row)
    except BadRequest:
        raise
    except (ValueError, RecursionError) as error:
        raise BadRequest([Problem(f"the text is not JSON: {error}")]) from None


def _row(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        names = [name for name, _ in pairs]
        raise BadRequest([Problem("a row names it twice", None, next(name for name in names if names.count(name) > 1))])
    return row


def _from_csv(signature: Signature, text: str) -> list[dict[str, Any]]:
    try:
        lines = [line for line in csv.reader(io.StringIO(text), strict=True) if line]
    except csv.Error as error:
        raise BadRequest([Problem(f"the text is not CSV: {error}")]) from None
    header, body = (lines[0], lines[1:]) if lines else ([], [])
    if problems := _of_header(signature.names, header):
        raise BadRequest(problems)
    problems = [
        Problem(f"there are {len(line)} cells, the header has {len(header)}", number)
        for number, line in enumerate(body, 1)
        if len(line) != len(header)
    ]
    if problems:
        raise BadRequest(problems)
    kinds = [column["kind"] for column in signature.columns]
    return [{name: _cell(kind, cell) for name, kind, cell in zip(header, kinds, line)} for line in body]


def _of_header(names: list[str], header: list[str]) -> list[Problem]:
    """What is wrong with the columns of a CSV file; another order may mean another table, so it is refused, too."""
    if not header:
        return [Problem("there is no header")]
    problems = [Problem(unknown(name, names), None, name) for name in header if name not in names]
    problems += [Problem("the column is missing", None, name) for name in names if name not in header]
    problems += [Problem("stands in the header twice", None, name) for name in names if header.count(name) > 1]
    moved = [Problem(f"stands where {a!r} has to stand", None, b) for a, b in zip(names, header) if a != b]
    return problems or moved[:1]


def _cell(kind: str, cell: str) -> Any:
    """The value of one cell; what is no number stays a text, which a numeric column refuses."""
    if cell == "":
        return None
    if kind == "numeric":
        return float(cell) if NUMBER.fullmatch(cell) else SPECIAL.get(cell.strip().lower(), cell)
    return cell

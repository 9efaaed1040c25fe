"""The proposal for conf/dataset/<name>.yaml: how a file is read, what its columns are, and what is remarkable."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.compute

import contract
from container import documents
from container.errors import data_error, recipe_error
from contract import files
from profiles import kinds, sniff
from profiles.kinds import FEW, Guess
from serving import cells
from snapshots.rows import MOST_NUMBERS
from snapshots.sources import read_file, values

compute = pyarrow.compute
types = pyarrow.types

EXAMPLES = 3
LONGEST = 40
"""Values of a column that are shown, and letters of each."""

Texts = Mapping[str, pyarrow.Array]
"""The cells of each column as texts, null where there is none."""


def run(request_path: Path, file: Path, out: Path) -> None:
    """Write profile.json for `file`; the request holds its target and what the user has decided. Raises data errors."""
    request = documents.read("profile_request", request_path, "recipe")
    if file.suffix.lower() == ".xlsx":
        from profiles import workbook

        name = workbook.convert(file, request.get("sheet"), out)
        file = out / name
    files.write_bytes(out / "profile.json", documents.to_bytes("profile", propose(file, request)))


def propose(file: Path, request: Mapping[str, Any]) -> dict[str, Any]:
    """The document of contract kind "profile"."""
    asked = request.get("reading", {})
    if file.stat().st_size == 0:
        raise data_error(f"{file.name} is empty", read_file.ADVICE)
    form = read_file.reading_of(file.name, {}).format
    found = sniff.sniff(file, asked) if form == "csv" else {}
    table = read_file.read(file, read_file.reading_of(file.name, found))
    trim = asked.get("trim", _is_padded(table))
    if trim:
        found["trim"] = True
        table = read_file.read(file, read_file.reading_of(file.name, found))
    target = request["target"]
    if target not in table.column_names:
        raise data_error(
            f"target column {target!r} is not in {file.name}; its columns are {', '.join(table.column_names[:50])}",
            "Give one of them: --target COLUMN",
        )
    for name in request.get("kinds", {}):
        if name not in table.column_names or name == target:
            raise recipe_error(f"--kind {name}: {file.name} has no such column, the target aside", "Correct the name")
    comma = asked.get("decimal", ",") == "," and found.get("separator", ",") != ","
    texts = {name: _texts(file.name, name, table.column(name)) for name in table.column_names}
    guesses = _guesses(table, texts, target, comma)
    if any(guessed.comma for guessed in guesses.values()) or asked.get("decimal") == ",":
        found["decimal"] = ","
        for name, guessed in guesses.items():
            if guessed.kind == "numeric" and not guessed.comma and _has_points(table.column(name)):
                guessed.about["decimal"] = "."
    marks = sorted({mark for guessed in guesses.values() for mark in guessed.marks})
    if "missing" in asked:
        marks = list(asked["missing"])
    if any(mark.lower() not in cells.MISSING for mark in marks) or "missing" in asked:
        found["missing"] = marks
    for name, kind in request.get("kinds", {}).items():
        guesses[name] = _told(name, kind, guesses[name])
    is_number = _is_number(request.get("task"), texts[target], found, comma)
    return _document(file.name, texts, target, guesses, found, is_number)


def _is_number(task: Any, labels: pyarrow.Array, found: dict[str, Any], comma: bool) -> bool:
    """Whether the target is a number to predict: where nobody says, if its many values are numbers all. Where they have
    a decimal comma, `found` gets it."""
    distinct = [label for label in labels.unique().to_pylist() if label is not None and not _says_missing(label)]
    marks = [found.get("decimal", "."), *([","] if comma else [])]
    mark = next((mark for mark in marks if all(cells.number(label, mark) is not None for label in distinct)), None)
    is_number = task == "regression" or (task is None and mark is not None and len(distinct) > MOST_NUMBERS)
    if is_number and mark == ",":
        found["decimal"] = mark
    return is_number


def _says_missing(label: str) -> bool:
    return cells.is_missing(label, None)


def _is_padded(table: pyarrow.Table) -> bool:
    """Whether blanks stand around names, or around most words of a column: the writer put them behind separators."""
    if any(name != name.strip() for name in table.column_names):
        return True
    for column in table.columns:
        if types.is_string(column.type):
            some = [cell for cell in column[:1000].to_pylist() if cell]
            padded = sum(cell != cell.strip() for cell in some)
            if len(some) > 5 and padded > 0.9 * len(some):
                return True
    return False


def _guesses(table: pyarrow.Table, texts: Texts, target: str, comma: bool) -> dict[str, Guess]:
    labels = texts[target]
    guesses: dict[str, Guess] = {}
    for name in table.column_names:
        if name == target:
            continue
        typed = _typed(table.column(name))
        guesses[name] = guessed = typed or kinds.guess(name, texts[name], comma)
        if typed is not None:
            guessed.distinct = compute.count_distinct(texts[name]).as_py()
        if guessed.kind not in ("ignored", "id") and kinds.leaks(texts[name], labels, guessed.distinct):
            guessed.remarks.append("tells the target by itself: is it known before?")
    for name, twin in kinds.alike([(name, texts[name]) for name in guesses]).items():
        if guesses[name].kind != "ignored":
            guesses[name].remarks.append(f"the same as {twin}")
    return guesses


def _texts(file: str, name: str, column: pyarrow.ChunkedArray) -> pyarrow.Array:
    if types.is_nested(column.type):
        return pyarrow.nulls(len(column), pyarrow.string())
    if types.is_floating(column.type) or types.is_integer(column.type):
        return values.words(file, name, column.cast(pyarrow.string()))
    return values.words(file, name, column)


def _typed(column: pyarrow.ChunkedArray) -> Guess | None:
    """What the type of a Parquet column says; None where it says nothing."""
    kind = column.type
    if types.is_nested(kind):
        return Guess("ignored", remarks=[f"holds {kind}, no single values"])
    if types.is_boolean(kind):
        return Guess("boolean", {"values": ["false", "true"]})
    if types.is_date(kind):
        return Guess("date", {"format": "%Y-%m-%d"})
    if types.is_timestamp(kind):
        return Guess("date", {"format": "%Y-%m-%d %H:%M:%S"})
    return None


def _has_points(column: pyarrow.ChunkedArray) -> bool:
    return types.is_string(column.type) and bool(compute.any(compute.match_substring(column, ".")).as_py())


def _told(name: str, kind: Any, guessed: Guess) -> Guess:
    """What the user says a column is; a date whose format was not found has to be told with one."""
    word, _, form = str(kind).partition(":")
    if word in ("date", "time") and not form:
        form = guessed.about.get("format", "")
        if word == "date" and not form:
            raise recipe_error(
                f"--kind {name}=date: its values are written in no usual way", f"Say how: --kind {name}=date:%d.%m.%Y"
            )
    about = {"format": form} if form else {}
    about |= {"decimal": guessed.about["decimal"]} if "decimal" in guessed.about else {}
    if word == "boolean":
        about = {"values": guessed.about["values"]} if "values" in guessed.about else {}
    return Guess(word, about, guessed.marks, guessed.comma, guessed.remarks, guessed.distinct)


def _document(
    file: str,
    texts: Texts,
    target: str,
    guesses: Mapping[str, Guess],
    reading: Mapping[str, Any],
    is_number: bool,
) -> dict[str, Any]:
    labels = texts[target]
    counts = sorted(labels.value_counts().to_pylist(), key=lambda entry: (-entry["counts"], str(entry["values"])))
    classes = {entry["values"]: entry["counts"] for entry in counts if entry["values"] is not None}
    remarks = []
    if labels.null_count:
        remarks.append(f"{labels.null_count} rows have none")
    small = [label for label, count in classes.items() if count < FEW]
    if small and not is_number and len(classes) <= 50:
        remarks.append(f"class {small[0]!r} has {classes[small[0]]} rows")
    if len(classes) < 2:
        remarks.append("one value only: nothing can be learnt")
    if is_number:
        remarks.append("a number to predict; --task classification takes its values for classes")
    return {
        "schema_version": contract.version("profile"),
        "file": file,
        "rows": len(labels),
        "reading": _spelled(file, reading),
        "target": {
            "name": target,
            "classes": len(classes),
            "largest": [{"label": label, "rows": count} for label, count in list(classes.items())[:12]],
            "missing": labels.null_count,
            "remarks": remarks,
            **({"task": "regression", **_span(classes, reading)} if is_number else {}),
        },
        "columns": [_column(name, texts[name], guessed) for name, guessed in guesses.items()],
    }


def _span(labels: Iterable[str], reading: Mapping[str, Any]) -> dict[str, float]:
    """The lowest and the highest number."""
    numbers = [cells.number(label, reading.get("decimal", ".")) for label in labels]
    finite = [number for number in numbers if number is not None and math.isfinite(number)]
    return {"minimum": min(finite), "maximum": max(finite)} if finite else {}


def _spelled(file: str, reading: Mapping[str, Any]) -> dict[str, Any]:
    """All of it where the file is a CSV one, so that it is read the same way for ever."""
    if read_file.reading_of(file, {}).format != "csv":
        return dict(reading)
    usual = {"encoding": "utf-8", "separator": ",", "quote": '"', "decimal": "."}
    return {**usual, **reading}


def _column(name: str, texts: pyarrow.Array, guessed: Guess) -> dict[str, Any]:
    missing = texts.null_count
    if guessed.marks:
        trimmed = compute.utf8_trim_whitespace(texts)
        missing += compute.sum(compute.is_in(trimmed, pyarrow.array(guessed.marks))).as_py() or 0
    seen = [str(value) for value in texts[:2000].unique().to_pylist() if value is not None]
    return {
        "name": name,
        "kind": guessed.kind,
        **({"about": guessed.about} if guessed.about else {}),
        "missing": missing,
        "distinct": guessed.distinct,
        "examples": [short(value) for value in seen[:EXAMPLES]],
        "remarks": guessed.remarks,
    }


def short(value: str) -> str:
    """A value on one line, cut where it is long."""
    line = re.sub(r"\s+", " ", value)
    return line if len(line) <= LONGEST else line[: LONGEST - 3] + "..."

"""An example request to a model and its answer: made from the input schema, so no row of the data leaves with it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from remodel.errors import VerificationError
from remodel.release.contents import documents

SHARES = (0.5, 0.25, 0.75)
"""Where between its smallest and its largest value each numeric column stands, in each row of a request."""

SKOPS_TOLERANCE = 1e-9
"""scikit-learn's own answer is recorded: on the pinned CPU profile it is the same bits, elsewhere rounding differs."""

Request = Mapping[str, Sequence[Any]]
"""Names of columns, and rows: what pandas calls "split", and MLflow's servers "dataframe_split"."""


def request(schema: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The names of all columns, and a few rows; the last has nothing where the data may have nothing."""
    columns = schema["columns"]
    may_be_missing = any(column["missing"] for column in columns)
    values = [_values(column, may_be_missing) for column in columns]
    rows = [list(row) for row in zip(*values, strict=True)]
    return {"columns": [column["name"] for column in columns], "data": rows}


def _values(column: Mapping[str, Any], may_be_missing: bool) -> list[Any]:
    values = [_value(column, number, share) for number, share in enumerate(SHARES)]
    if may_be_missing:
        values.append(None if column["missing"] else values[0])
    return values


def _value(column: Mapping[str, Any], number: int, share: float) -> Any:
    if column["kind"] == "categorical":
        categories = column["categories"]
        return categories[number % len(categories)] if categories else None
    if column["kind"] == "text":
        return "some words"
    if column["kind"] == "boolean":
        return float(number % 2)
    low, high = column["minimum"], column["maximum"]
    return None if low is None else low + share * (high - low)


def example(
    model: str, asked: Request, classes: Sequence[str] | None, answer: Mapping[str, Any], tolerance: float
) -> Any:
    """The document of kind "example": what scikit-learn answered, and how far ONNX Runtime may be from it. `classes` is
    None where the answers are numbers."""
    return {
        "schema_version": documents.version("example"),
        "model": model,
        "request": asked,
        **({} if classes is None else {"classes": list(classes)}),
        "answer": answer,
        "onnx_tolerance": tolerance,
    }


def check_answers(document: Mapping[str, Any], answers: Mapping[str, Any], name: str) -> None:
    """VerificationError where a runtime answers otherwise than the example records."""
    for runtime, answer in sorted(answers.items()):
        tolerance = document["onnx_tolerance"] if runtime == "onnx" else SKOPS_TOLERANCE
        place = f"{name}: model.{runtime} answers"
        if set(answer) != set(document["answer"]):
            raise VerificationError(f"{place} with {', '.join(sorted(answer))}, another kind than is recorded")
        for part, expected in sorted(document["answer"].items()):
            CHECKS[part](answer[part], expected, tolerance, place)


def _check_numbers(actual: Sequence[float], expected: Sequence[float], tolerance: float, place: str) -> None:
    if len(actual) != len(expected):
        raise VerificationError(f"{place} with {len(actual)} numbers, recorded are {len(expected)}")
    # As the parity gate has it: relative to the number, but to no less than the median of all.
    middle = sorted(map(abs, expected))[len(expected) // 2]
    for number, (left, right) in enumerate(zip(actual, expected, strict=True)):
        gap = abs(left - right)
        if not gap <= tolerance * max(abs(right), middle):
            raise VerificationError(f"{place} row {number} with a number that is off by {gap:.1e}")


def _check_labels(actual: Sequence[str], expected: Sequence[str], tolerance: float, place: str) -> None:
    if list(actual) != list(expected):
        raise VerificationError(f"{place} with the labels {list(actual)}, recorded are {list(expected)}")


Rows = Sequence[Sequence[float]]


def _check_probabilities(actual: Rows, expected: Rows, tolerance: float, place: str) -> None:
    _check_rows("probabilities", (actual, expected), tolerance, place, least=math.inf)


def _check_decisions(actual: Rows, expected: Rows, tolerance: float, place: str) -> None:
    # As the parity gate has it: relative to what is larger than one.
    _check_rows("decision scores", (actual, expected), tolerance, place, least=1.0)


def _check_rows(what: str, rows: tuple[Rows, Rows], tolerance: float, place: str, least: float) -> None:
    """Differences are absolute up to numbers of the size `least`, and relative above."""
    actual, expected = rows
    if [len(row) for row in actual] != [len(row) for row in expected]:
        raise VerificationError(f"{place} with {len(actual)} rows of {what}, recorded are {len(expected)}")
    for number, pair in enumerate(zip(actual, expected, strict=True)):
        gaps = (abs(left - right) / max(1.0, abs(right) / least) for left, right in zip(*pair, strict=True))
        gap = max(gaps)
        if not gap <= tolerance:
            raise VerificationError(f"{place} row {number} with {what} that are off by {gap:.1e}")


CHECKS: Mapping[str, Callable[[Any, Any, float, str], None]] = {
    "numbers": _check_numbers,
    "labels": _check_labels,
    "probabilities": _check_probabilities,
    "decisions": _check_decisions,
}
"""How each part of an answer is held against what is recorded."""

"""A request's file is read as the file of the training data was: its marks, its columns in any order, its target."""

from __future__ import annotations

import json

import pytest

from serving.rows import read_request
from serving.signature import BadRequest, Signature, to_model

ANY = {"allowed": True, "because": "some training rows have none"}
COLUMNS = (
    {"name": "age", "kind": "numeric", "minimum": None, "maximum": None, "missing": ANY},
    {"name": "city", "kind": "categorical", "categories": ["NA"], "other_values": True, "missing": ANY},
    {"name": "since", "kind": "date", "format": "%d.%m.%Y", "minimum": None, "maximum": None, "missing": ANY},
    {"name": "paid", "kind": "boolean", "values": ["nein", "ja"], "minimum": 0.0, "maximum": 1.0, "missing": ANY},
    {"name": "note", "kind": "text", "missing": ANY},
)
READING = {"missing": ["", "na", "n/a", "nan", "null", "none"], "any_case": True}
TICKETS = Signature(COLUMNS, ("no", "yes"), target="churned", reading=READING)


def test_marks_mean_in_a_request_what_they_mean_in_training() -> None:
    """In columns of numbers, dates and truth values; in one of words they are words."""
    request = read_request(TICKETS, b"age,city,since,paid,note\nNA,NA, n/a ,null,NA\n", "csv")
    assert request.rows == [{"age": None, "city": "NA", "since": None, "paid": None, "note": "NA"}]
    assert TICKETS.check(request.rows) == ()


def test_columns_are_taken_by_their_names() -> None:
    """Others are left aside and named; the target is compared with."""
    content = b"churned,note,paid,age,since,shoe,city\nyes,hello,ja,3,01.02.2024,9,ulm\n"
    request = read_request(TICKETS, content, "csv")
    assert list(request.rows[0].values()) == [3.0, "ulm", "01.02.2024", "ja", "hello"]
    assert request.aside == ("shoe",) and request.truth == ["yes"]
    assert TICKETS.check(request.rows) == ()


def test_rows_of_json_may_have_other_columns_too() -> None:
    """But what is missing is told, and what it may have been spelled as."""
    row = {"age": 1, "city": None, "since": "01.02.2024", "paid": True, "note": None, "churned": "no", "shoe": 1}
    request = read_request(TICKETS, json.dumps([row]).encode(), "json")
    assert request.aside == ("shoe",) and request.truth == ["no"] and TICKETS.check(request.rows) == ()
    row["agee"] = row.pop("age")
    problems = TICKETS.check(read_request(TICKETS, json.dumps([row]).encode(), "json").rows)
    assert any("did you mean 'age'" in str(problem) for problem in problems)


def test_a_file_is_written_as_the_training_file_was() -> None:
    """Semicolons, decimal commas, another encoding, blanks, marks of its own."""
    reading = {
        "encoding": "cp1252",
        "separator": ";",
        "decimal": ",",
        "trim": True,
        "missing": ["k.A."],
        "any_case": False,
    }
    signature = Signature(COLUMNS[:2], ("no", "yes"), target="x", reading=reading)
    request = read_request(signature, "age ; city\n1,5 ; K\u00f6ln\nk.A.;\n".encode("cp1252"), "csv")
    assert request.rows == [{"age": 1.5, "city": "K\u00f6ln"}, {"age": None, "city": None}]
    with pytest.raises(BadRequest, match="not cp1252"):
        read_request(signature, b"age;city\n1;\x81\n", "csv")


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        (2, "2024-02-01", "no date that is written as %d.%m.%Y"),
        (2, [], "no date"),
        (3, "yes", "neither nein nor ja"),
        (3, 2, "neither nein nor ja"),
        (4, 5, "is not a text"),
    ],
)
def test_what_is_none_of_its_kind_is_refused(column: int, value: object, words: str) -> None:
    """With the column and how it is written."""
    row = {"age": 1.0, "city": "NA", "since": "01.02.2024", "paid": "ja", "note": "x"}
    (problem,) = TICKETS.check([{**row, COLUMNS[column]["name"]: value}])
    assert words in str(problem)


def test_the_model_gets_numbers_for_dates_and_truth_values() -> None:
    """Days since 1970, and 0 and 1."""
    assert to_model(COLUMNS[2], "02.01.1970") == 1.0
    assert [to_model(COLUMNS[3], value) for value in ("nein", "ja", True, 0, None)] == [0.0, 1.0, 1.0, 0, None]

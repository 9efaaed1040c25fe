"""Every bad request is answered with its rows and columns; nothing but the signature is needed for that."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from serving import rows
from serving.rows import read_rows
from serving.signature import BadRequest, Problem, Signature
from tests.unit.serving import onnx_bytes

REFUSED = {"allowed": False, "because": "the pipeline refuses rows without it"}
ALLOWED = {"allowed": True, "because": "3 of 90 training rows have none, and the pipeline answers them"}
SIGNATURE = Signature(
    (
        {"name": "age", "kind": "numeric", "minimum": -100.0, "maximum": 200.0, "missing": REFUSED},
        {"name": "income", "kind": "numeric", "minimum": None, "maximum": None, "missing": ALLOWED},
        {
            "name": "city",
            "kind": "categorical",
            "categories": ["bonn", "ulm"],
            "other_values": False,
            "missing": ALLOWED,
        },
        {"name": "job", "kind": "categorical", "categories": ["baker"], "other_values": True, "missing": REFUSED},
    ),
    ("no", "yes"),
)
NODES = [onnx_bytes.node("Identity", ["job"], ["label"]), onnx_bytes.node("Identity", ["age"], ["probabilities"])]
COLUMNS = onnx_bytes.columns(age=11, income=11, city=8, job=8)
ONNX = onnx_bytes.model(onnx_bytes.graph(NODES, COLUMNS, onnx_bytes.ANSWERS))
GOOD = {"age": 41.5, "income": 2e4, "city": "ulm", "job": "baker"}
HEADER = "age,income,city,job\n"


def only(rows: object) -> Problem:
    """The one problem of a request."""
    problems = SIGNATURE.check(rows)
    assert len(problems) == 1, problems
    return problems[0]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"age": 41},
        {"age": -100},
        {"age": 200.0},
        {"income": None},
        {"city": None},
        {"job": "never seen"},
        {"job": " "},
    ],
    ids=str,
)
def test_good_rows_pass(change: dict[str, object]) -> None:
    """Whole numbers, both ends of a range, missing values and new words where they are allowed."""
    assert SIGNATURE.check([GOOD, {**GOOD, **change}]) == ()


def test_the_order_of_an_objects_keys_means_nothing() -> None:
    """JSON objects have no order."""
    assert SIGNATURE.check([dict(reversed(GOOD.items()))]) == ()


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("age", float("nan"), "NaN is not a number; a missing value is null"),
        ("age", float("inf"), "inf is not between -100.0 and 200.0"),
        ("age", float("-inf"), "-inf is not between"),
        ("age", 1e60, "1e+60 is not between"),
        ("age", 200.00000000000003, "200.00000000000003 is not between"),
        ("income", 1e60, "1e+60 is not between -3.4028234663852886e+38 and"),
        ("income", 10**400, "inf is not between"),
        ("age", "41", "'41' is not a number"),
        ("age", True, "True is not a number"),
        ("age", [41], "[41] is not a number"),
        ("age", None, "no value, and there has to be one: the pipeline refuses rows without it"),
        ("city", "köln", "'köln' is a value that the model refuses; it knows 'bonn', 'ulm'"),
        ("city", 7, "7 is not a text"),
        ("city", float("nan"), "nan is not a text"),
        ("job", "", "the text is empty; a missing value is null"),
        ("job", "a\0b", "holds what is no character"),
        ("job", "\ud800", "holds what is no character"),
        ("job", None, "no value, and there has to be one"),
    ],
    ids=repr,
)
def test_a_bad_value_is_named_by_row_and_column(column: str, value: object, words: str) -> None:
    """The row counts from 1."""
    problem = only([GOOD, GOOD, {**GOOD, column: value}])
    assert (problem.row, problem.column) == (3, column)
    assert words in problem.message


def test_a_missing_and_an_unknown_column_are_both_named() -> None:
    """A typing error is both: the right name is suggested."""
    row = {"incme" if name == "income" else name: value for name, value in GOOD.items()}
    unknown, missing = SIGNATURE.check([row])
    assert str(unknown) == "row 1, column 'incme': the model has no such column: did you mean 'income'?"
    assert str(missing) == "row 1, column 'income': the column is missing"


@pytest.mark.parametrize("rows", [[], ()])
def test_an_empty_batch_is_refused(rows: object) -> None:
    """No rows, no question."""
    assert only(rows).message == "there are no rows"


@pytest.mark.parametrize("rows", [GOOD, "rows", None, 3, b"rows"])
def test_what_is_no_list_is_refused(rows: object) -> None:
    """One row alone is no list, either."""
    assert only(rows).message == "a list of rows is expected"


def test_a_row_that_is_no_mapping_is_refused() -> None:
    """Values without names could stand in any order."""
    assert str(only([GOOD, [41.5, 2e4, "ulm", "baker"]])).startswith(
        "row 2: [41.5, 20000.0, 'ulm', 'baker'] is no mapping"
    )


def refused(content: bytes, kind: str = "csv") -> list[str]:
    """What is wrong with a text, read or checked."""
    try:
        return [str(problem) for problem in SIGNATURE.check(read_rows(SIGNATURE, content, kind))]
    except BadRequest as error:
        return [str(problem) for problem in error.problems]


def test_csv_and_json_say_the_same() -> None:
    """An empty cell is a missing value."""
    rows = read_rows(SIGNATURE, (HEADER + "41.5,2e4,ulm,baker\n-3, ,bonn,x\n").encode(), "csv")
    assert rows[0] == GOOD == read_rows(SIGNATURE, json.dumps([GOOD]).encode(), "json")[0]
    assert read_rows(SIGNATURE, (HEADER + "1,,,b").encode(), "csv") == [
        {"age": 1.0, "income": None, "city": None, "job": "b"}
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "there is no header"),
        (HEADER, "there are no rows"),
        ("age,income,city\n1,2,ulm\n", "column 'job': the column is missing"),
        ("age,income,city,jobb\n1,2,ulm,b\n", "column 'jobb': the model has no such column: did you mean 'job'?"),
        ("age,age,income,city,job\n1,1,2,ulm,b\n", "column 'age': stands in the header twice"),
        (HEADER + "1,2,ulm,b\n1,2\n", "row 2: there are 2 cells, the header has 4"),
        (HEADER + "1,2,ulm,b\nx1,2,ulm,b\n", "row 2, column 'age': 'x1' is not a number"),
        (HEADER + "1_0,2,ulm,b\n", "row 1, column 'age': '1_0' is not a number"),
        (HEADER + "nan,2,ulm,b\n", "row 1, column 'age': NaN is not a number"),
        (HEADER + "1e60,2,ulm,b\n", "row 1, column 'age': 1e+60 is not between"),
        (HEADER + "1,-Inf,ulm,b\n", "row 1, column 'income': -inf is not between"),
        (HEADER + '1,2,"ulm,b\n', "the text is not CSV"),
    ],
)
def test_bad_csv_is_named(text: str, words: str) -> None:
    """Columns in another order are refused, as scikit-learn does: they may be another table."""
    assert words in refused(text.encode())[0]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[{", "the text is not JSON"),
        (b"\xff\xfe", "the text is not UTF-8"),
        (b"{}", "a list of rows is expected"),
        (b"[]", "there are no rows"),
        (b'[{"age": NaN, "income": 1, "city": "ulm", "job": "b"}]', "row 1, column 'age': NaN is not a number"),
        (b'[{"age": Infinity, "income": 1, "city": "ulm", "job": "b"}]', "row 1, column 'age': inf is not between"),
        (b'[{"age": 1, "age": 2}]', "column 'age': a row names it twice"),
        (b"[" * 100_000, "the text is not JSON"),
    ],
)
def test_bad_json_is_named(content: bytes, words: str) -> None:
    """Python reads NaN and Infinity where the standard has none: they are named by row and column."""
    assert words in refused(content, "json")[0]


def test_the_check_needs_no_numpy_and_no_onnxruntime(checkout: Checkout) -> None:
    """A gateway can check requests with nothing but Python."""
    code = "import sys; import serving.rows, serving.model; print({*sys.modules} & {'numpy', 'onnxruntime'})"
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(checkout.source), capture_output=True, text=True)
    assert done.stdout == "set()\n", done.stderr


@pytest.fixture
def folder(tmp_path: Path, checkout: Checkout) -> Path:
    """A released folder, with an ONNX file that is not needed for a refusal."""
    signature = {
        "schema_version": 1,
        "model": "m",
        "environment": "e",
        "target": "t",
        "classes": ["no", "yes"],
        "columns": list(SIGNATURE.columns),
    }
    contents = {"signature.json": json.dumps(signature).encode(), "model.onnx": ONNX}
    listed = {name: {"sha256": hashlib.sha256(text).hexdigest(), "size": len(text)} for name, text in contents.items()}
    contents["manifest.json"] = json.dumps({"artifacts": listed}).encode()
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    shutil.copytree(checkout.source / "serving", tmp_path / "serving", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(checkout.source / "serving" / "__main__.py", tmp_path / "__main__.py")
    return tmp_path


def answer(folder: Path, name: str, text: str) -> subprocess.CompletedProcess[str]:
    """Run the folder as a program, with nothing of this checkout in its way."""
    (folder / name).write_text(text)
    words = [sys.executable, "-I", str(folder), str(folder / name)]
    return subprocess.run(words, cwd="/", capture_output=True, text=True)


def test_the_folder_is_a_program_that_names_every_bad_row(folder: Path) -> None:
    """One line a problem, exit code 3, nothing on standard output."""
    done = answer(folder, "rows.csv", HEADER + "1,2,ulm,b\nx,2,ulm,b\n1,inf,ulm,\n")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.splitlines() == [
        "rows.csv: row 2, column 'age': 'x' is not a number",
        "rows.csv: row 3, column 'income': inf is not between -3.4028234663852886e+38 and 3.4028234663852886e+38",
        "rows.csv: row 3, column 'job': no value, and there has to be one: the pipeline refuses rows without it",
    ]


def test_a_flood_of_problems_is_counted(folder: Path) -> None:
    """Twenty are enough to see what is wrong."""
    done = answer(folder, "rows.csv", HEADER + "x,2,ulm,b\n" * 50)
    assert len(done.stderr.splitlines()) == 21 and done.stderr.endswith("rows.csv: and 30 more\n")


def test_what_the_program_cannot_do_is_one_line(folder: Path) -> None:
    """No onnxruntime here; a file of another format; no file; a changed signature."""
    assert importlib.util.find_spec("onnxruntime") is None, "the host has none"
    good = answer(folder, "rows.json", json.dumps([GOOD]))
    assert (good.returncode, good.stdout) == (7, "")
    assert good.stderr == "onnxruntime is not installed; manifest.json says which version the model was checked with\n"
    assert answer(folder, "rows.txt", "").returncode == 2
    missing = subprocess.run([sys.executable, str(folder), "nowhere.csv"], capture_output=True, text=True)
    assert missing.returncode == 7 and "No such file" in missing.stderr and "Traceback" not in missing.stderr
    (folder / "signature.json").write_text("{}")
    changed = answer(folder, "rows.json", json.dumps([GOOD]))
    assert changed.returncode == 7 and "signature.json is not the file that was built: its sha256 is" in changed.stderr


ONE = Signature(({"name": "age", "kind": "numeric", "minimum": None, "maximum": None, "missing": ALLOWED},), ("no",))
"""A model of one column."""


@pytest.mark.attack("files")
@pytest.mark.parametrize(
    "signature, text, rows",
    [
        (ONE, "age\n1\n\n2\n", [2]),
        (ONE, "age\n1\n2\n\n", [3]),
        (ONE, "age\n\n1\n\n2\n", [1, 3]),
        (SIGNATURE, HEADER + "1,2,ulm,b\n\n1,2,ulm,b\n", [2]),
    ],
    ids=["one-column", "one-column-last", "one-column-twice", "four-columns"],
)
def test_an_empty_line_moves_no_answer(signature: Signature, text: str, rows: list[int]) -> None:
    """Answers stand in the order of the lines: a line that might be a row is not left out without a word."""
    with pytest.raises(BadRequest) as caught:
        read_rows(signature, text.encode(), "csv")
    assert [problem.row for problem in caught.value.problems] == rows
    assert str(caught.value).startswith(f"row {rows[0]}: the line is empty, and left out it would move all answers")


def test_a_missing_value_alone_and_empty_lines_at_the_end_are_read() -> None:
    """As csv.writer writes it; and as editors leave a file."""
    assert read_rows(ONE, b'age\n1\n""\n2\n', "csv") == [{"age": 1.0}, {"age": None}, {"age": 2.0}]
    assert len(read_rows(SIGNATURE, (HEADER + "1,2,ulm,b\n\n\n").encode(), "csv")) == 1


@pytest.mark.attack("files")
@pytest.mark.parametrize(
    "text, kind, why",
    [
        ("[" * 100_000, "json", "the text is not JSON"),
        ('{"a":' * 100_000, "json", "the text is not JSON"),
        ("[" + "9" * 2_000_000 + "]", "json", "a whole number has 2000000 digits"),
        ("[-" + "9" * 4_000 + "]", "json", "a whole number has 4001 digits"),
        ('[{"age": 1, "age": 2}]', "json", "a row names it twice"),
        ("\ufeff[", "json", "the text is not JSON"),
        (HEADER + "1,2," + "u" * 200_000 + ",b\n", "csv", "the text is not CSV: field larger than field limit"),
        (HEADER + '1,2,"' + "u\n" * 100_000, "csv", "the text is not CSV"),
        (HEADER + '1,2,"ulm"x,b\n', "csv", "the text is not CSV"),
        (HEADER + "1,2,ulm,b" + ",x" * 100_000 + "\n", "csv", "there are 100004 cells, the header has 4"),
        (",".join(["age"] * 50_000) + "\n", "csv", "the column is missing"),
    ],
    ids=[
        *("json-deep-lists", "json-deep-rows", "json-long-number", "json-long-negative", "json-key-twice", "json-mark"),
        *("csv-long-cell", "csv-open-quote", "csv-quote-inside", "csv-wide-row", "csv-wide-header"),
    ],
)
def test_a_hostile_request_is_refused(text: str, kind: str, why: str) -> None:
    """A request costs what its bytes cost, however it is nested, and is refused by what is wrong with it."""
    with pytest.raises(BadRequest) as caught:
        read_rows(SIGNATURE, text.encode(), kind)
    assert why in str(caught.value)


def test_a_request_has_a_largest_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gigabyte; here it is less. No more than that is read."""
    (tmp_path / "rows.csv").write_bytes(b"x" * 11)
    monkeypatch.setattr(rows, "LARGEST", 10)
    with pytest.raises(BadRequest, match="the file has more than 10 bytes: answer it in parts"):
        rows.content_of(tmp_path / "rows.csv")

"""A user's own CSV or Parquet file becomes a snapshot, or an error that names the column, the row and the value."""

from __future__ import annotations

import hashlib
import json

import production
import pyarrow
import pyarrow.parquet
import pytest

from container.errors import BuilderError

GOOD = "age,plan,churned\n34,basic,no\n,gold,yes\n51.5,,no\n28,basic,yes\nNA,gold,no\n40,basic,yes\n"
COLUMNS = {"age": "numeric", "plan": "categorical"}
CV = {"two": {"n_splits": 2, "n_repeats": 1, "shuffle": False, "seed": 0}}


def take(folder, content, name="churn.csv", **changes):
    """Take a snapshot of a file with this content; `changes` go into the request's dataset."""
    content = content.encode() if isinstance(content, str) else content
    (folder / name).write_bytes(content)
    dataset = {"name": "churn", "file": name, "target": "churned", "columns": COLUMNS}
    dataset = {**dataset, "sha256": hashlib.sha256(content).hexdigest(), **changes}
    request = {"schema_version": 1, "dataset": dataset, "cv": CV}
    return production.take(request, folder / "out", user_files=folder)


def failure(folder, content, **more):
    """The message of the data error that this content causes."""
    with pytest.raises(BuilderError) as caught:
        take(folder, content, **more)
    assert caught.value.kind == "data"
    assert caught.value.advice
    assert "\n" not in caught.value.message
    return caught.value.message


def test_a_csv_is_pinned_with_its_missing_values(tmp_path):
    """Empty cells are missing, NA is missing in numeric columns only, and the order of rows is the file's."""
    out = take(tmp_path, GOOD)
    schema = json.loads((out / "schema.json").read_bytes())
    assert schema["target"] == {"name": "churned", "classes": ["no", "yes"], "counts": {"no": 3, "yes": 3}}
    assert [column["missing"] for column in schema["columns"]] == [2, 1]
    assert schema["columns"][0]["maximum"] == 51.5
    table = pyarrow.parquet.read_table(out / "data.parquet").to_pydict()
    assert table["age"] == [34.0, None, 51.5, 28.0, None, 40.0]
    assert table["plan"] == ["basic", "gold", None, "basic", "gold", "basic"]


def test_the_word_na_is_a_category(tmp_path):
    """In a categorical column NA is a value like any other (a country's code, say)."""
    out = take(tmp_path, GOOD.replace("gold", "NA"))
    assert json.loads((out / "schema.json").read_bytes())["columns"][1]["categories"] == ["NA", "basic"]


def test_parquet_and_csv_of_the_same_rows_pin_the_same_bytes(tmp_path):
    """The format that a table comes in does not change its snapshot."""
    (tmp_path / "csv").mkdir()
    (tmp_path / "parquet").mkdir()
    columns = {
        "age": [34.0, None, 51.5, 28.0, None, 40.0],
        "plan": pyarrow.array(["basic", "gold", None, "basic", "gold", "basic"]).dictionary_encode(),
        "churned": ["no", "yes", "no", "yes", "no", "yes"],
    }
    buffer = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(pyarrow.table(columns), buffer)
    first = take(tmp_path / "csv", GOOD)
    second = take(tmp_path / "parquet", buffer.getvalue().to_pybytes(), name="churn.parquet")
    assert (first / "data.parquet").read_bytes() == (second / "data.parquet").read_bytes()


def test_a_numeric_target_becomes_labels(tmp_path):
    """Classes 0 and 1 are the labels "0" and "1"."""
    out = take(tmp_path, GOOD.replace("no\n", "0\n").replace("yes\n", "1\n"))
    assert json.loads((out / "schema.json").read_bytes())["target"]["classes"] == ["0", "1"]


def test_a_missing_file_is_named(tmp_path):
    """No such file: its name, not a traceback."""
    assert failure(tmp_path, GOOD, file="chrun.csv") == "data file chrun.csv does not exist"


def test_a_changed_file_is_refused(tmp_path):
    """Another sha256 than the pinned one: found and expected are both named."""
    found = hashlib.sha256(GOOD.encode()).hexdigest()
    expected = "0" * 64
    assert failure(tmp_path, GOOD, sha256=expected) == f"churn.csv has sha256 {found}, expected {expected}"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("churn.csv", "age,plan,churned\n34,basic,no\n28,ba", "row 2 (line 3) has 2 cells, the header has 3"),
        ("churn.csv", "", "churn.csv is empty"),
        ("churn.csv", b"age,plan,churned\n34,\xff\xfe,no\n", "churn.csv is not UTF-8"),
        ("churn.parquet", b"PAR1 and then nothing", "churn.parquet cannot be read, it is damaged or cut off: "),
        ("churn.parquet", b"", "churn.parquet is empty"),
    ],
)
def test_a_damaged_file_is_called_what_it_is(tmp_path, name, content, words):
    """Cut off, empty, not text, not Parquet: one line that says so."""
    assert words in failure(tmp_path, content, name=name)


def test_a_truncated_parquet_file_is_called_damaged(tmp_path):
    """A Parquet file whose end was lost."""
    buffer = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(pyarrow.table({"age": [1.0], "plan": ["a"], "churned": ["no"]}), buffer)
    content = buffer.getvalue().to_pybytes()[:-20]
    assert "damaged or cut off" in failure(tmp_path, content, name="churn.parquet")


def test_a_file_without_rows_is_refused(tmp_path):
    """A header and nothing else."""
    assert failure(tmp_path, "age,plan,churned\n") == "churn.csv has no rows"


def test_an_absent_target_lists_the_columns(tmp_path):
    """The message says which columns there are."""
    message = failure(tmp_path, GOOD, target="churn")
    assert message == "target column 'churn' is not in churn.csv; its columns are age, plan, churned"


def test_the_target_is_no_feature(tmp_path):
    """A target among the features would make every model perfect."""
    message = failure(tmp_path, GOOD, columns={**COLUMNS, "churned": "categorical"})
    assert message == "column 'churned' of churn.csv is both the target and a feature"


def test_one_class_is_not_enough(tmp_path):
    """A target with a single class is named with that class."""
    message = failure(tmp_path, GOOD.replace("yes", "no"))
    assert message == "churn.csv: target column 'churned' has only one class, 'no'"


def test_missing_targets_are_named_by_row(tmp_path):
    """Rows are counted from 1, the header not counted."""
    message = failure(tmp_path, GOOD.replace("gold,yes", "gold,"))
    assert message == "churn.csv: target column 'churned' has no value in 1 of 6 rows (row 2)"


def test_a_class_smaller_than_the_folds_is_named(tmp_path):
    """Class, number of rows, and the cross-validation that cannot work."""
    message = failure(tmp_path, GOOD + "33,basic,maybe\n")
    assert message == "class 'maybe' of column 'churned' has 1 row, fewer than the 2 folds of cv two"


def test_a_declared_column_that_is_not_there_is_named(tmp_path):
    """With the columns that there are."""
    message = failure(tmp_path, GOOD, columns={**COLUMNS, "income": "numeric"})
    assert message == "declared but not in churn.csv: 'income'; its columns are age, plan, churned"


def test_a_column_that_is_not_declared_is_named(tmp_path):
    """An undeclared column is a mistake, not silently dropped."""
    assert failure(tmp_path, GOOD, columns={"age": "numeric"}) == "churn.csv has columns that are not declared: 'plan'"


@pytest.mark.parametrize("value", ["forty", "1_000", "inf", "0x10"])
def test_text_in_a_numeric_column_is_named_by_row_and_value(tmp_path, value):
    """What only looks like a number is not one; infinite numbers are refused."""
    message = failure(tmp_path, GOOD.replace("51.5", value))
    assert message == f"churn.csv: numeric column 'age' holds {value!r} in row 3"


def test_text_in_a_numeric_parquet_column_is_named(tmp_path):
    """The same for Parquet."""
    buffer = pyarrow.BufferOutputStream()
    columns = {"age": ["1", "old"], "plan": ["a", "b"], "churned": ["no", "yes"]}
    pyarrow.parquet.write_table(pyarrow.table(columns), buffer)
    message = failure(tmp_path, buffer.getvalue().to_pybytes(), name="churn.parquet")
    assert message == "churn.parquet: numeric column 'age' holds 'old' in row 2"


def test_two_columns_of_one_name_are_refused(tmp_path):
    """Nobody can say which of them is meant."""
    message = failure(tmp_path, "age,age,churned\n1,2,no\n")
    assert message == "churn.csv has two columns named 'age'"

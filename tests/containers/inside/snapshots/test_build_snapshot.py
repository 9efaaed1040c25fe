"""Bundled and generated datasets: the same bytes everywhere, sound folds, a schema that tells the truth."""

from __future__ import annotations

import hashlib
import json

import numpy
import production
import pyarrow.parquet
import pytest

import contract
from container.errors import BuilderError

DIGESTS = {
    "breast_cancer": "12a6e99dc71595d3d0518b92e4de0d17cd3d52f767ee313238ba01a9ca33a5b7",
    "credit": "6bafefcf8f940d9d5bdaa4276c70b959237bc3fec9ca47e767a5b0f7566b3054",
    "digits": "f5bcf7ac9bed769d1ae23d429b7f48910668de824041f9f9788253f0a9a6c47d",
    "iris": "431a5c5ab9ea0745ff3658d7bc4f53eddc076beda0202065eed275f11cc2030b",
    "wine": "454500edbebd9bcfbd12447abe3cf9e7e7e1e8d813f05151d39ea6c180f78e5f",
}
"""sha256 of data.parquet: equal in every environment, interpreter and version of scikit-learn and numpy."""


def document(folder, name):
    return json.loads((folder / name).read_bytes())


@pytest.mark.parametrize("name", sorted(DIGESTS))
def test_a_dataset_has_the_same_bytes_in_every_environment(built, name):
    """A snapshot that was taken with one version serves all others."""
    content = (built / "data" / name / "data.parquet").read_bytes()
    assert hashlib.sha256(content).hexdigest() == DIGESTS[name]


@pytest.mark.parametrize("name", sorted(DIGESTS))
def test_the_schema_describes_the_data(built, name):
    """Rows, columns, ranges, categories and classes are those of data.parquet; names are identifiers."""
    folder = built / "data" / name
    schema = contract.check("snapshot", document(folder, "schema.json"), "schema.json")
    table = pyarrow.parquet.read_table(folder / "data.parquet")
    assert table.num_rows == schema["rows"] == sum(schema["target"]["counts"].values())
    assert table.column_names == [column["name"] for column in schema["columns"]] + [schema["target"]["name"]]
    for column in schema["columns"]:
        values = table.column(column["name"]).to_pylist()
        there = [value for value in values if value is not None]
        assert column["name"].isidentifier()
        assert column["missing"] == len(values) - len(there)
        if column["kind"] == "numeric":
            assert (column["minimum"], column["maximum"]) == (min(there), max(there))
        else:
            assert column["categories"] == sorted(set(there))
    assert sorted(set(table.column(schema["target"]["name"]).to_pylist())) == schema["target"]["classes"]


@pytest.mark.parametrize("cv", sorted(production.CV))
def test_folds_test_every_row_once_a_repeat_and_keep_the_classes_apart(built, cv):
    """Each repeat's folds are a partition of the rows, and every fold has rows of every class."""
    folder = built / "data" / "credit"
    found = contract.check("folds", document(folder, f"folds/{cv}.json"), "folds.json")
    rule = production.CV[cv]
    labels = numpy.array(pyarrow.parquet.read_table(folder / "data.parquet").column("default").to_pylist())
    assert found["cv"] == {"name": cv, **rule}
    assert len(found["folds"]) == rule["n_splits"] * rule["n_repeats"]
    for repeat in range(rule["n_repeats"]):
        folds = found["folds"][repeat * rule["n_splits"] : (repeat + 1) * rule["n_splits"]]
        assert sorted(row for fold in folds for row in fold) == list(range(found["rows"]))
        assert all(set(labels[rows]) == {"no", "yes"} for rows in folds)


def test_credit_is_like_a_real_table(built):
    """15 % positives, two kinds of columns, missing values in both, a category in the last rows only."""
    folder = built / "data" / "credit"
    schema = document(folder, "schema.json")
    assert schema["target"]["counts"] == {"no": 425, "yes": 75}
    missing = {column["kind"] for column in schema["columns"] if column["missing"]}
    assert missing == {"numeric", "categorical"}
    purposes = pyarrow.parquet.read_table(folder / "data.parquet").column("purpose").to_pylist()
    assert [row for row, purpose in enumerate(purposes) if purpose == "solar_panels"] == list(range(495, 500))


def test_another_seed_is_another_table(tmp_path, credit):
    """The seed decides, and the schema says which request it answers."""
    request = production.request("credit")
    request["dataset"]["seed"] = 8
    other = production.take(request, tmp_path / "credit")
    assert (other / "data.parquet").read_bytes() != (credit / "data.parquet").read_bytes()
    digests = {document(folder, "schema.json")["request_sha256"] for folder in (other, credit)}
    assert len(digests) == 2


def test_repeats_without_shuffling_are_refused(tmp_path):
    """Every repeat would be the same."""
    rule = {"n_splits": 3, "n_repeats": 2, "shuffle": False, "seed": 0}
    with pytest.raises(BuilderError, match="cv twice: n_repeats is 2 but shuffle is false"):
        production.take({**production.request("iris"), "cv": {"twice": rule}}, tmp_path / "iris")


def test_more_folds_than_rows_of_a_class_are_refused(tmp_path):
    """iris has 50 rows of each class."""
    rule = {"n_splits": 60, "n_repeats": 1, "shuffle": True, "seed": 0}
    message = "class 'setosa' of column 'species' has 50 rows, fewer than the 60 folds of cv sixty"
    with pytest.raises(BuilderError, match=message):
        production.take({**production.request("iris"), "cv": {"sixty": rule}}, tmp_path / "iris")

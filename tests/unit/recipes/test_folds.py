"""Folds that cannot be cut of a dataset are in no request for its snapshot, and keep it out of no pipeline."""

from __future__ import annotations

import pytest

from remodel.errors import UsageError
from remodel.recipes.choices import CrossValidation
from remodel.recipes.dataset import Dataset
from remodel.recipes.snapshot_request import snapshot_request

ONCE = CrossValidation(name="once", n_splits=5)
REPEATED = CrossValidation(name="repeated", n_splits=5, n_repeats=3)
PLAIN = CrossValidation(name="plain", n_splits=5, stratified=False)
PLAIN_REPEATED = CrossValidation(name="plain_repeated", n_splits=5, n_repeats=2, stratified=False)
ALL = (ONCE, REPEATED, PLAIN, PLAIN_REPEATED)


def dataset(*roles: str, task: str | None = None) -> Dataset:
    """A file with columns of these roles."""
    columns = {"a": "numeric", **{role: role for role in roles}}
    named = {"name": "table", "file": "table.csv", "sha256": "a" * 64, "target": "y"}
    return Dataset.model_validate({**named, "columns": columns, **({"task": task} if task else {})})


@pytest.mark.parametrize(
    ("made", "kept"),
    [
        (dataset(), ["once", "plain", "plain_repeated", "repeated"]),
        (dataset(task="regression"), ["plain", "plain_repeated"]),
        (dataset("time"), ["once", "plain"]),
        (dataset("time", task="regression"), ["plain"]),
        (dataset("group"), ["once", "plain", "repeated"]),
    ],
    ids=["classes", "a number", "times", "a number at times", "groups"],
)
def test_only_folds_that_can_be_cut_are_asked_for(made: Dataset, kept: list[str]) -> None:
    """Others of the pipeline do not keep a dataset out of it."""
    assert sorted(snapshot_request(made, ALL)["cv"]) == kept


def test_where_none_can_be_cut_the_first_reason_is_told() -> None:
    """And where to list others; asking for none at all is something else."""
    with pytest.raises(UsageError, match=r"no folds can be cut of table: cv=repeated is repeated, and the folds of"):
        snapshot_request(dataset("time"), [REPEATED])
    assert snapshot_request(dataset("time"), [])["cv"] == {}

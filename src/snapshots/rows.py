"""Which rows a dataset is, and which of them may be learnt from; what has to hold of each of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Optional

import pyarrow.compute

from container.errors import data_error
from serving import cells
from snapshots import checks, where
from snapshots.table import CATEGORICAL, GROUP, IGNORED, NUMERIC, TIME, WEIGHT, Column, Table

compute = pyarrow.compute

MOST_NUMBERS = 20
"""So many different numbers may be classes, whatever the number of rows."""


def choose(table: Table, dataset: dict) -> Table:
    """The rows of `where`, those of `train_where` marked, ignored columns gone. Raises data errors, also where a row
    has no target or no role that each row has to have, where there is one class only, or where a check fails."""
    file = dataset.get("file", dataset["name"])
    if "where" in dataset:
        mask = where.rows("where", dataset["where"], _named(table))
        if not compute.any(mask).as_py():
            raise data_error(f"where: {dataset['where']!r:.200} leaves none of {table.rows} rows", "Correct it")
        table = table.filtered(mask)
    _check_target(file, table)
    for column in table.roles:
        _check_role(file, column)
    _check_classes(file, table) if table.has_classes else _check_spread(file, table)
    if "train_where" in dataset:
        learn = where.rows("train_where", dataset["train_where"], _named(table))
        _check_learn(dataset["train_where"], table, learn)
        table = replace(table, learn=learn)
    table = replace(table, roles=tuple(column for column in table.roles if column.kind != IGNORED))
    checks.check(table, dataset.get("checks", {}))
    return table


def _named(table: Table) -> dict[str, Column]:
    columns = {column.name: column for column in (*table.columns, *table.roles)}
    kind = CATEGORICAL if table.has_classes else NUMERIC
    return {**columns, table.target_name: Column(table.target_name, kind, table.target)}


def _check_target(file: str, table: Table) -> None:
    labels = table.target
    if not labels.null_count:
        return
    missing = [row for row, label in enumerate(labels.to_pylist(), start=1) if label is None]
    rows = ", ".join(map(str, missing[:3])) + (", ..." if len(missing) > 3 else "")
    name = table.target_name if table.target_name.isidentifier() else f"`{table.target_name}`"
    raise data_error(
        f"{file}: target column {table.target_name!r} has no value in {len(missing)} of {len(labels)} rows "
        f"(row {rows})",
        f"Fill them in, remove those rows, or leave them out: where: {name} is not None",
    )


def _check_classes(file: str, table: Table) -> None:
    counts = table.counts()
    if len(counts) > max(MOST_NUMBERS, table.rows / 2) and all(cells.number(label) is not None for label in counts):
        raise data_error(
            f"{file}: target column {table.target_name!r} holds {len(counts)} different numbers in {table.rows} rows: "
            f"that is a number to predict, and the dataset's task is to tell classes",
            "Write `task: regression` in conf/dataset, or choose a target with classes",
        )
    for label in counts:
        if "\0" in label:
            raise data_error(
                f"{file}: target column {table.target_name!r} has the class {label!r}, which holds a NUL",
                "Rename it: what computes with it cuts it off there",
            )
    if len(counts) < 2:
        raise data_error(
            f"{file}: target column {table.target_name!r} has only one class, {next(iter(counts))!r}",
            "A classifier needs rows of two classes at least",
        )


def _check_spread(file: str, table: Table) -> None:
    span = compute.min_max(table.target).as_py()
    if span["min"] == span["max"]:
        raise data_error(
            f"{file}: target column {table.target_name!r} is {span['min']:g} in every row",
            "A regressor needs rows of two values at least",
        )


def _check_role(file: str, column: Column) -> None:
    if column.kind not in (WEIGHT, GROUP, TIME):
        return
    row = _first(compute.is_null(column.values))
    if row is not None:
        raise data_error(
            f"{file}: column {column.name!r} is the {column.kind} of each row, and row {row} has none",
            "Fill it in, or leave such rows out with `where`",
        )
    if column.kind == WEIGHT:
        row = _first(compute.less(column.values, 0.0))
        if row is not None:
            raise data_error(
                f"{file}: column {column.name!r} gives row {row} the weight {column.values[row - 1]}",
                "A weight is 0 or more",
            )


def _check_learn(text: str, table: Table, learn: Any) -> None:
    if not table.has_classes:
        if compute.sum(learn).as_py() < 2:
            raise data_error(f"train_where: {text!r:.200} leaves no two rows to learn from", "Correct it")
        return
    left = set(table.target.filter(learn).unique().to_pylist())
    gone = [label for label in table.counts() if label not in left]
    if gone:
        raise data_error(f"train_where: {text!r:.200} leaves no row of class {gone[0]!r} to learn from", "Correct it")


def _first(mask: Any) -> Optional[int]:
    """The number of the first row of a mask; None where it has none."""
    position = compute.index(mask, True).as_py()
    return None if position < 0 else position + 1

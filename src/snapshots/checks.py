"""What a dataset says has to hold of its table, before anything is learnt from it."""

from __future__ import annotations

from typing import Any, Optional

import pyarrow
import pyarrow.compute

from container.errors import BuilderError, data_error
from serving import cells
from snapshots.table import WORDS, Column, Table

ADVICE = "Look at the file; where the data are right, correct `checks` in conf/dataset"


def check(table: Table, checks: dict) -> None:
    """Raise a data error for the first check that does not hold: what was found, and where."""
    if table.rows < checks.get("rows", 0):
        raise _failed(f"the table has {table.rows} rows, at least {checks['rows']} are asked for")
    for label, count in table.counts().items():
        if count < checks.get("class_rows", 0):
            raise _failed(f"class {label!r} has {count} rows, at least {checks['class_rows']} are asked for")
    columns = {column.name: column for column in (*table.columns, *table.roles)}
    for name, rules in checks.get("columns", {}).items():
        if name not in columns:
            raise data_error(f"checks: there is no column {name!r}", "Correct `checks` in conf/dataset")
        _check_column(columns[name], rules, table.rows)


def _check_column(column: Column, rules: dict, rows: int) -> None:
    share = column.values.null_count / rows
    if share > rules.get("missing", 1):
        raise _failed(
            f"column {column.name!r} has no value in {column.values.null_count} of {rows} rows "
            f"({share:.1%}), at most {rules['missing']:.1%} are allowed"
        )
    if "values" in rules:
        allowed = [str(value) for value in rules["values"]]
        if column.values.type != WORDS:
            raise data_error(f"checks: column {column.name!r} holds numbers: give minimum and maximum", ADVICE)
        outside = pyarrow.compute.invert(pyarrow.compute.is_in(column.values, pyarrow.array(allowed, WORDS)))
        _check_rows(column, pyarrow.compute.and_(outside, column.values.is_valid()), f"none of {', '.join(allowed)}")
    for key, wrong in (("minimum", pyarrow.compute.less), ("maximum", pyarrow.compute.greater)):
        if key in rules:
            limit = _limit(column, rules[key], key)
            _check_rows(column, wrong(column.values, limit), f"beyond the {key} {rules[key]}")


def _limit(column: Column, value: Any, key: str) -> float:
    if column.values.type == WORDS:
        raise data_error(f"checks: column {column.name!r} holds words, which have no {key}", ADVICE)
    limit: Optional[float] = None
    if isinstance(value, str) and "format" in column.about:
        limit = cells.days(value, column.about["format"])
    elif not isinstance(value, str):
        limit = float(value)
    if limit is None:
        raise data_error(f"checks: the {key} of column {column.name!r} is {value!r}, which is no value of it", ADVICE)
    return limit


def _check_rows(column: Column, wrong: Any, why: str) -> None:
    count = pyarrow.compute.sum(wrong).as_py() or 0
    if count:
        first = pyarrow.compute.index(wrong, True).as_py()
        more = f", and {count - 1} more rows" if count > 1 else ""
        raise _failed(f"column {column.name!r} holds {column.values[first].as_py()!r} in row {first + 1}{more}: {why}")


def _failed(what: str) -> BuilderError:
    return data_error(f"a check of the dataset does not hold: {what}", ADVICE)

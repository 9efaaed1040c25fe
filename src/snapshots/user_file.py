"""A user's own CSV or Parquet file: read, compared with what is declared, and every bad value named by its row.

A missing value is an empty cell or a null; in numeric columns also NA, N/A, NaN and null, in any case. Rows are
counted from 1, a CSV's header line not counted.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Optional

import pyarrow

from container.errors import data_error
from contract import files
from snapshots import read_file
from snapshots.table import ARROW, NUMERIC, Column, Table

MISSING_NUMBERS = {"", "na", "n/a", "nan", "null", "none"}


def load(path: Path, dataset: dict) -> Table:
    """The declared columns of the file `path`, in the file's order.

    Raises data errors: no file, another sha256, damaged, wrong columns, bad values, missing or single target.
    """
    _check_file(path, dataset["sha256"], dataset["name"])
    cells = read_file.cells(path)
    _check_columns(path.name, cells, dataset)
    kinds = dataset["columns"]
    columns = [_column(path.name, name, kinds[name], cells[name]) for name in cells if name in kinds]
    table = Table(tuple(columns), dataset["target"], _target(path.name, dataset["target"], cells))
    _check_classes(path.name, table)
    return table


def _check_file(path: Path, expected: str, name: str) -> None:
    if not path.is_file():
        raise data_error(f"data file {path.name} does not exist", "Put it where conf/dataset says, or correct the name")
    digest = files.sha256_file(path)
    if digest != expected:
        raise data_error(
            f"{path.name} has sha256 {digest}, expected {expected}",
            f"Put the old file back, or, if the change is meant, run: remodel dataset accept {name}",
        )


def _check_columns(file: str, cells: dict, dataset: dict) -> None:
    there = ", ".join(cells)
    target, declared = dataset["target"], dataset["columns"]
    if target not in cells:
        raise data_error(f"target column {target!r} is not in {file}; its columns are {there}", "Correct `target`")
    if target in declared:
        raise data_error(f"column {target!r} of {file} is both the target and a feature", "Remove it from `columns`")
    absent = [name for name in declared if name not in cells]
    if absent:
        named = ", ".join(map(repr, absent))
        raise data_error(f"declared but not in {file}: {named}; its columns are {there}", "Correct `columns`")
    extra = [name for name in cells if name not in declared and name != target]
    if extra:
        named = ", ".join(map(repr, extra))
        raise data_error(f"{file} has columns that are not declared: {named}", "Declare them, or remove them from it")


def _column(file: str, name: str, kind: str, cells: list) -> Column:
    if kind == NUMERIC:
        values = [_number(file, name, row, cell) for row, cell in enumerate(cells, start=1)]
    else:
        values = [_text(cell) for cell in cells]
    return Column(name, kind, pyarrow.array(values, ARROW[kind]))


def _number(file: str, name: str, row: int, cell) -> Optional[float]:
    if cell is None or (isinstance(cell, str) and cell.strip().lower() in MISSING_NUMBERS):
        return None
    try:
        # "1_000" is a number to Python only.
        value = float(cell) if "_" not in str(cell) else math.inf
    except (TypeError, ValueError):
        advice = "Correct the value, leave the cell empty if it is missing, or declare the column categorical"
        raise data_error(f"{file}: numeric column {name!r} holds {cell!r} in row {row}", advice) from None
    if math.isinf(value):
        advice = "Only finite numbers can be used"
        raise data_error(f"{file}: numeric column {name!r} holds {cell!r} in row {row}", advice)
    return None if math.isnan(value) else value


def _text(cell) -> Optional[str]:
    """A category or a label as text; None where it is missing."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return None
    return str(cell) or None


def _target(file: str, name: str, cells: dict) -> pyarrow.Array:
    labels = [_text(cell) for cell in cells[name]]
    missing = [row for row, label in enumerate(labels, start=1) if label is None]
    if missing:
        rows = ", ".join(map(str, missing[:3])) + (", ..." if len(missing) > 3 else "")
        raise data_error(
            f"{file}: target column {name!r} has no value in {len(missing)} of {len(labels)} rows (row {rows})",
            "Fill them in, or remove those rows",
        )
    return pyarrow.array(labels, pyarrow.string())


def _check_classes(file: str, table: Table) -> None:
    counts = table.counts()
    if len(counts) < 2:
        raise data_error(
            f"{file}: target column {table.target_name!r} has only one class, {next(iter(counts))!r}",
            "A classifier needs rows of two classes at least",
        )

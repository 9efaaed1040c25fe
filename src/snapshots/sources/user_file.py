"""A user's own file: read, compared with what is declared, and every bad value named by its row.

Rows are counted from 1, a CSV's header line not counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow

from container.errors import data_error
from contract import files
from snapshots.sources import read_file, values
from snapshots.sources.read_file import Reading
from snapshots.table import FEATURES, IGNORED, NUMERIC, REGRESSION, WEIGHT, Column, Table


def load(path: Path, dataset: dict) -> Table:
    """The declared columns of the file `path`, in the file's order.

    Raises data errors: no file, another sha256, damaged, wrong columns, bad values, missing or single target.
    """
    _check_file(path, dataset["sha256"], dataset["name"])
    reading = read_file.reading_of(path.name, dataset.get("reading", {}))
    declared = {name: _declared(column) for name, column in dataset["columns"].items()}
    numbers = [dataset["target"]] if dataset.get("task") == REGRESSION else []
    numbers += [
        name for name, column in declared.items() if column["kind"] in (NUMERIC, WEIGHT) and "decimal" not in column
    ]
    table = read_file.read(path, reading, numbers)
    # Read once more, and compared: a file that changes while it is read is two files.
    _check_file(path, dataset["sha256"], dataset["name"])
    _check_columns(path.name, table.column_names, dataset)
    asked = "where" in dataset or "train_where" in dataset
    cells = dict(zip(table.column_names, table.columns))
    del table  # each column's cells go as its values come: both of all columns would be twice the memory
    target = _target(path.name, dataset, cells.pop(dataset["target"]), reading)
    columns = [
        _column(path.name, name, declared[name], cells.pop(name), reading)
        for name in list(cells)
        if name in declared and (asked or declared[name]["kind"] != IGNORED)
    ]
    features = tuple(column for column in columns if column.kind in FEATURES)
    roles = tuple(column for column in columns if column.kind not in FEATURES)
    return Table(features, dataset["target"], target, roles)


def _target(file: str, dataset: dict, cells: pyarrow.ChunkedArray, reading: Reading) -> pyarrow.Array:
    if dataset.get("task") == REGRESSION:
        return values.Cells(file, dataset["target"], cells, reading, {"kind": NUMERIC}).values()
    return values.words(file, dataset["target"], cells)


def _declared(column: Any) -> Mapping[str, Any]:
    return {"kind": column} if isinstance(column, str) else column


def _check_file(path: Path, expected: str, name: str) -> None:
    if not path.is_file():
        raise data_error(f"data file {path.name} does not exist", "Put it where conf/dataset says, or correct the name")
    digest = files.sha256_file(path)
    if digest != expected:
        raise data_error(
            f"{path.name} has sha256 {digest}, expected {expected}",
            f"Put the old file back, or, if the change is meant, run: remodel dataset accept {name}",
        )


def _check_columns(file: str, there: list, dataset: dict) -> None:
    listed = ", ".join(map(_shown, there[:50])) + (f" and {len(there) - 50} more" if len(there) > 50 else "")
    target, declared = dataset["target"], dataset["columns"]
    if target not in there:
        blanks = [name for name in there if name.strip() == target.strip()]
        advice = "Correct `target`" + (
            f": the file has {blanks[0]!r}, or set `trim: true` under `reading`" if blanks else ""
        )
        if len(there) == 1 and (other := read_file.other_separator(there[0], read_file.Reading())):
            raise data_error(f"{file}: {other[0]}", other[1])
        raise data_error(f"target column {target!r} is not in {file}; its columns are {listed}", advice)
    if target in declared:
        raise data_error(f"column {target!r} of {file} is both the target and a feature", "Remove it from `columns`")
    absent = [name for name in declared if name not in there]
    if absent:
        named = ", ".join(map(repr, absent[:10]))
        raise data_error(f"declared but not in {file}: {named}; its columns are {listed}", "Correct `columns`")
    extra = [name for name in there if name not in declared and name != target]
    if extra:
        named = ", ".join(map(repr, extra[:10]))
        raise data_error(
            f"{file} has columns that are not declared: {named}",
            "Declare them under `columns`; those that the model must not see are `ignored`",
        )


def _shown(name: str) -> str:
    return repr(name) if name != name.strip() or not name else name


def _column(file: str, name: str, about: Mapping[str, Any], cells: pyarrow.ChunkedArray, reading: Reading) -> Column:
    taken = values.Cells(file, name, cells, reading, about)
    return Column(name, about["kind"], taken.values(), {key: about[key] for key in about if key != "kind"})

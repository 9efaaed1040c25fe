"""predictions.parquet: the labels and probabilities that a model gave to every row of its snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from remodel.errors import StorageError
from remodel.files import storage_errors
from remodel.results.documents import REPRODUCE, require

if TYPE_CHECKING:
    import pyarrow


@dataclass(frozen=True)
class Answers:
    """What one kind of prediction says of each row.

    labels: int32, shape (rows,), positions in the classes; probabilities: float64, shape (rows, classes).
    """

    labels: NDArray[np.int32]
    probabilities: NDArray[np.float64]


@dataclass(frozen=True)
class Predictions:
    """Out-of-fold (each row by a model that had not seen it) and in-sample predictions, in the snapshot's row order.

    truth: the labels of the snapshot, int32, shape (rows,), positions in the classes.
    """

    classes: tuple[str, ...]
    truth: NDArray[np.int32]
    out_of_fold: Answers
    in_sample: Answers

    @property
    def rows(self) -> int:
        return len(self.out_of_fold.labels)


def read_predictions(path: Path) -> Predictions:
    """Read a predictions.parquet; StorageError where it is missing, damaged or lacks a column or a value."""
    table = _read_table(path)
    try:
        classes = _classes(table)
        if not np.array_equal(_numbers(table, "row"), np.arange(table.num_rows)):
            raise _Damaged("the rows are not numbered 0, 1, 2, ...")
        truth = _codes(table, "label", classes)
        return Predictions(classes, truth, _answers(table, "oof", classes), _answers(table, "fit", classes))
    except _Damaged as error:
        raise StorageError(f"{path} is not a valid predictions file: {error}", REPRODUCE) from error


class _Damaged(Exception):
    """What is wrong with a table."""


def _read_table(path: Path) -> pyarrow.Table:
    import pyarrow
    import pyarrow.parquet

    require(path)
    with storage_errors(path, "read"):
        content = path.read_bytes()
    try:
        return pyarrow.parquet.read_table(pyarrow.BufferReader(content))
    except (pyarrow.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0]
        raise StorageError(f"{path} is not a valid Parquet file: {reason}", REPRODUCE) from error


def _classes(table: pyarrow.Table) -> tuple[str, ...]:
    classes = tuple(name.removeprefix("oof_p_") for name in table.column_names if name.startswith("oof_p_"))
    if not classes:
        raise _Damaged("it has no column 'oof_p_<class>'")
    if not table.num_rows:
        raise _Damaged("it has no rows")
    return classes


def _answers(table: pyarrow.Table, prefix: str, classes: tuple[str, ...]) -> Answers:
    columns = [_numbers(table, f"{prefix}_p_{name}") for name in classes]
    probabilities = np.column_stack(columns)
    if not np.isfinite(probabilities).all():
        raise _Damaged(f"{prefix}_p_* holds a value that is not a finite number")
    return Answers(_codes(table, f"{prefix}_label", classes), probabilities)


def _codes(table: pyarrow.Table, name: str, classes: tuple[str, ...]) -> NDArray[np.int32]:
    import pyarrow
    import pyarrow.compute

    labels = _column(table, name).cast(pyarrow.string())
    codes = pyarrow.compute.index_in(labels, value_set=pyarrow.array(classes, pyarrow.string()))
    if codes.null_count:
        raise _Damaged(f"{name} holds a label that is none of {', '.join(classes)}")
    return np.asarray(codes.to_numpy(), dtype=np.int32)


def _numbers(table: pyarrow.Table, name: str) -> NDArray[np.float64]:
    import pyarrow

    try:
        values = _column(table, name).cast(pyarrow.float64())
    except pyarrow.ArrowException as error:
        raise _Damaged(f"{name} does not hold numbers") from error
    if values.null_count:
        raise _Damaged(f"{name} has {values.null_count} missing values")
    return np.asarray(values.to_numpy(), dtype=np.float64)


def _column(table: pyarrow.Table, name: str) -> Any:
    if name not in table.column_names:
        raise _Damaged(f"it has no column {name!r}")
    return table[name]

"""The columns of a predictions.parquet, each checked as it is read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contract import bounded
from remodel.errors import StorageError
from remodel.files import storage_errors
from remodel.results.documents import REPRODUCE, require

if TYPE_CHECKING:
    import pyarrow


class Damaged(Exception):
    """What is wrong with a table."""


@dataclass(frozen=True)
class Columns:
    """A table whose columns are asked for by name; Damaged where one is missing or not what it has to be."""

    table: pyarrow.Table

    @property
    def names(self) -> list[str]:
        """The names of all columns, in the table's order."""
        return list(self.table.column_names)

    def check_rows(self) -> None:
        """Damaged where there are no rows, or not all of them in the snapshot's order."""
        if not self.table.num_rows:
            raise Damaged("it has no rows")
        if not np.array_equal(self.numbers("row"), np.arange(self.table.num_rows)):
            raise Damaged("the rows are not numbered 0, 1, 2, ...")

    def tested(self) -> NDArray[np.int64]:
        """The numbers of the rows that some fold tests; Damaged where none does."""
        tested = np.flatnonzero(self.numbers("fold") >= 0)
        if not tested.size:
            raise Damaged("no fold tests any of its rows")
        return tested

    def take(self, rows: NDArray[np.int64]) -> Columns:
        """Some of the rows."""
        return Columns(self.table.take(rows))

    def numbers(self, name: str) -> NDArray[np.float64]:
        """A column of numbers, none missing."""
        import pyarrow

        try:
            values = self._column(name).cast(pyarrow.float64())
        except pyarrow.ArrowException as error:
            raise Damaged(f"{name} does not hold numbers") from error
        if values.null_count:
            raise Damaged(f"{name} has {values.null_count} missing values")
        return np.asarray(values.to_numpy(), dtype=np.float64)

    def positions(self, name: str, classes: tuple[str, ...]) -> NDArray[np.int32]:
        """A column of labels, as their positions in `classes`."""
        import pyarrow
        import pyarrow.compute

        labels = self._column(name).cast(pyarrow.string())
        positions = pyarrow.compute.index_in(labels, value_set=pyarrow.array(classes, pyarrow.string()))
        if positions.null_count:
            raise Damaged(f"{name} holds a label that is none of {', '.join(classes)}")
        return np.asarray(positions.to_numpy(), dtype=np.int32)

    def matrix(self, prefix: str, names: tuple[str, ...]) -> NDArray[np.float64]:
        """Columns of finite numbers side by side, shape (rows, names), whose names begin with `prefix`."""
        values = np.column_stack([self.numbers(f"{prefix}{name}") for name in names])
        if not np.isfinite(values).all():
            raise Damaged(f"{prefix}* holds a value that is not a finite number")
        return values

    def distinct(self, name: str) -> tuple[str, ...]:
        """The texts of a column, each once, sorted."""
        import pyarrow

        texts = self._column(name).cast(pyarrow.string()).unique()
        if texts.null_count:
            raise Damaged(f"{name} has missing values")
        return tuple(sorted(texts.to_pylist()))

    def _column(self, name: str) -> Any:
        if name not in self.table.column_names:
            raise Damaged(f"it has no column {name!r}")
        return self.table[name]


def read_columns(path: Path) -> Columns:
    """The columns of a Parquet file; StorageError where it is missing or damaged."""
    require(path)
    with storage_errors(path, "read"):
        content = path.read_bytes()
    try:
        return Columns(bounded.parquet(content))
    except bounded.Malformed as error:
        raise StorageError(f"{path} is not a valid Parquet file: {error}", REPRODUCE) from error

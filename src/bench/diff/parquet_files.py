"""Differences of two Parquet files: the first row of every column that differs."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pyarrow
import pyarrow.parquet

from bench.diff.difference import ByteDifference, of_values


def differences(left: bytes, right: bytes) -> Iterator[ByteDifference]:
    """Columns that one side lacks, types, numbers of rows, then values."""
    sides = [pyarrow.parquet.ParquetFile(io.BytesIO(side)).read() for side in (left, right)]
    names = [side.column_names for side in sides]
    if names[0] != names[1]:
        yield of_values("columns", *names)
    if sides[0].num_rows != sides[1].num_rows:
        yield of_values("rows", sides[0].num_rows, sides[1].num_rows)
    for name in names[0]:
        if name in names[1]:
            yield from _column(name, sides[0].column(name), sides[1].column(name))


def _column(name: str, left: pyarrow.ChunkedArray, right: pyarrow.ChunkedArray) -> Iterator[ByteDifference]:
    if left.type != right.type:
        yield of_values(f"column {name}, type", str(left.type), str(right.type))
        return
    for row, (here, there) in enumerate(zip(left.to_pylist(), right.to_pylist())):
        # As text: a NaN is equal to itself then, and -0.0 is not equal to 0.0.
        if repr(here) != repr(there):
            yield of_values(f"column {name}, row {row}", here, there)
            return

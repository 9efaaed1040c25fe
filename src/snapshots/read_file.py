"""Reads a CSV or Parquet file as cells: a mapping of column names to lists of values; CSV cells stay text."""

from __future__ import annotations

import collections
from pathlib import Path

import pyarrow
import pyarrow.csv
import pyarrow.parquet

from container.errors import BuilderError, data_error, first_line

ADVICE = "Replace the file by a whole one"


def cells(path: Path) -> dict[str, list]:
    """Every column of the file, in its order. Raises data errors where it is damaged, empty or ambiguous."""
    table = _read(path)
    twice = [name for name, count in collections.Counter(table.column_names).items() if count > 1]
    if twice:
        raise data_error(f"{path.name} has two columns named {twice[0]!r}", "Rename or remove one of them")
    if table.num_rows == 0:
        raise data_error(f"{path.name} has no rows", ADVICE)
    return {name: table.column(name).to_pylist() for name in table.column_names}


def _read(path: Path) -> pyarrow.Table:
    reader = _read_parquet if path.suffix == ".parquet" else _read_csv
    try:
        return reader(path)
    except (pyarrow.ArrowException, UnicodeDecodeError) as error:
        raise _damaged(path, first_line(error)) from None
    except OSError as error:
        # Arrow reports a truncated Parquet file as an OSError without an error number.
        if error.errno is not None:
            raise
        raise _damaged(path, first_line(error)) from None


def _read_parquet(path: Path) -> pyarrow.Table:
    return pyarrow.parquet.ParquetFile(path).read()


def _read_csv(path: Path) -> pyarrow.Table:
    parse = pyarrow.csv.ParseOptions(newlines_in_values=True)
    names = _header(path, parse)
    convert = pyarrow.csv.ConvertOptions(
        column_types={name: pyarrow.string() for name in names}, strings_can_be_null=True, null_values=[""]
    )
    # One thread and one block: the order of rows and the wording of an error stay the same.
    read = pyarrow.csv.ReadOptions(use_threads=False)
    return pyarrow.csv.read_csv(path, read, parse, convert)


def _header(path: Path, parse: pyarrow.csv.ParseOptions) -> list[str]:
    with pyarrow.csv.open_csv(path, pyarrow.csv.ReadOptions(use_threads=False), parse) as reader:
        return list(reader.schema.names)


def _damaged(path: Path, reason: str) -> BuilderError:
    return data_error(f"{path.name} cannot be read, it is damaged or cut off: {reason}", ADVICE)

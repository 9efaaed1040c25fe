"""Reads a user's file as it is written: every cell is what stands in the file, or the reading is refused.

A CSV cell is text. Numbers are read by pyarrow where it can, in a second pass as text where it cannot or where one of
them may lose digits: `values` decides then, cell by cell.
"""

from __future__ import annotations

import codecs
import collections
import io
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import pyarrow
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet

from container.errors import BuilderError, data_error, first_line
from contract import bounded

ADVICE = "Replace the file by a whole one"

BLOCK = 16 << 20
"""Bytes that pyarrow parses at a time."""

MOST = (1 << 31) - 1
"""Bytes of the largest block that it takes."""

RATIO, PACKED = 200, 64 << 20
"""What a packed file may unpack to: so many times its size, or so many bytes."""

EXACT = float(1 << 53)
"""From here on whole numbers lose digits in double precision."""


@dataclass(frozen=True)
class Reading:
    """How a file is written; see conf/dataset's `reading`."""

    format: str = "csv"
    encoding: str = "utf-8"
    separator: str = ","
    quote: str = '"'
    decimal: str = "."
    trim: bool = False
    missing: Optional[tuple[str, ...]] = None


def reading_of(file: str, declared: Mapping[str, Any]) -> Reading:
    """The reading of a file by its name, and by what its dataset declares."""
    parts = file.lower().split(".")
    ending = parts[-2] if parts[-1] == "gz" and len(parts) > 2 else parts[-1]
    form = {"parquet": "parquet", "jsonl": "jsonl", "ndjson": "jsonl"}.get(ending, "csv")
    separator = declared.get("separator") or ("\t" if ending == "tsv" else ",")
    missing = declared.get("missing")
    return Reading(
        form,
        declared.get("encoding") or "utf-8",
        separator,
        declared.get("quote") or '"',
        declared.get("decimal") or ".",
        bool(declared.get("trim")),
        None if missing is None else tuple(missing),
    )


def read(path: Path, reading: Reading, numbers: Collection[str] = ()) -> pyarrow.Table:
    """Every column of the file, in its order; CSV cells as text, but those of `numbers` as float64 where they all are.

    Raises data errors where it is damaged, empty or ambiguous.
    """
    try:
        table = _read(path, reading, numbers)
    except (pyarrow.ArrowException, UnicodeError) as error:
        raise _damaged(path, first_line(error)) from None
    except OSError as error:
        # Arrow reports a truncated Parquet file as an OSError without an error number.
        if error.errno is not None:
            raise
        raise _damaged(path, first_line(error)) from None
    _check_twice(path, table.column_names)
    if table.num_rows == 0:
        raise data_error(f"{path.name} has no rows", ADVICE)
    return table


def _read(path: Path, reading: Reading, numbers: Collection[str]) -> pyarrow.Table:
    if path.stat().st_size == 0:
        raise data_error(f"{path.name} is empty", ADVICE)
    if reading.format == "parquet":
        return _read_parquet(path)
    source = _source(path, reading)
    if reading.format == "jsonl":
        return _read_json_lines(path, source)
    return _read_csv(path, source, reading, numbers)


def _read_parquet(path: Path) -> pyarrow.Table:
    try:
        return bounded.parquet(path)
    except bounded.Malformed as error:
        raise _damaged(path, str(error)) from None


def _source(path: Path, reading: Reading) -> Any:
    """What pyarrow reads: the file's own path where its bytes are UTF-8 already, else UTF-8 in memory."""
    is_utf8 = codecs.lookup(reading.encoding).name in ("utf-8", "utf-8-sig")
    if is_utf8 and not _is_packed(path):
        return path
    content = content_of(path)
    return content if is_utf8 else _decoded(path, content, reading.encoding)


def _is_packed(path: Path) -> bool:
    return path.name.lower().endswith(".gz")


def content_of(path: Path) -> bytes:
    """The bytes of a file, unpacked where it is packed. Raises a data error where they are too many."""
    if not _is_packed(path):
        return path.read_bytes()
    most = min(max(PACKED, RATIO * path.stat().st_size), bounded.MOST_BYTES)
    try:
        with path.open("rb") as stream:
            return bounded.gunzip(stream, most)
    except bounded.Malformed as error:
        raise data_error(
            f"{path.name} is not read: {error} ({RATIO} times its size)", "Unpack it, and give the file itself"
        ) from None


def _decoded(path: Path, content: bytes, encoding: str) -> bytes:
    try:
        return content.decode(encoding).lstrip("\ufeff").encode()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise data_error(
            f"{path.name} is not {encoding}: line {line} holds the byte 0x{content[error.start]:02x}",
            "Correct `encoding` under `reading`, or see what is right for the file: remodel dataset add",
        ) from None


def _read_json_lines(path: Path, source: Any) -> pyarrow.Table:
    content = source.read_bytes() if isinstance(source, Path) else source
    rows = list(_objects(path, content))
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = [pyarrow.array([row.get(name) for row in rows], pyarrow.string()) for name in names]
    return pyarrow.Table.from_arrays(columns, names=names)


def _objects(path: Path, content: bytes) -> Iterator[dict[str, Optional[str]]]:
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line, object_pairs_hook=_pairs, parse_int=str, parse_float=str, parse_constant=str)
        except (ValueError, RecursionError) as error:
            raise data_error(f"{path.name}: line {number} is not JSON: {first_line(error)}", ADVICE) from None
        if not isinstance(row, dict):
            raise data_error(f"{path.name}: line {number} holds no object", 'Write one object a line: {"column": 1}')
        for name, value in row.items():
            if isinstance(value, (dict, list)):
                raise data_error(f"{path.name}: line {number}: {name!r} holds no single value", "Take it apart first")
        yield {name: str(value).lower() if isinstance(value, bool) else value for name, value in row.items()}


def _pairs(pairs: list) -> dict:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("an object names a column twice")
    return dict(pairs)


def _read_csv(path: Path, source: Any, reading: Reading, numbers: Collection[str]) -> pyarrow.Table:
    header = _header(path, source, reading)
    names = [name.strip() for name in header] if reading.trim else header
    parse = pyarrow.csv.ParseOptions(
        delimiter=reading.separator,
        quote_char=reading.quote,
        newlines_in_values=True,
        # A line without anything is a missing value where a row has one cell; else it is none.
        ignore_empty_lines=len(names) > 1,
    )
    # Blocks end between CR and LF, also inside quotes, and then the LF is lost (apache/arrow 51368): one block it is,
    # where there is any CR. What is wrong with a file, and in which row, is found by `_explained`, not by threads.
    block = _size(source) if _has_return(source) else BLOCK
    block = max(block, BLOCK, 2 * sum(len(name.encode()) + 3 for name in names))
    if block > MOST:
        raise data_error(
            f"{path.name} has lines that end with CR LF and more than 2 GiB", "Write it with LF, or as Parquet"
        )
    read_options = pyarrow.csv.ReadOptions(
        block_size=min(max(_size(source) + 1, 1024), block), skip_rows=0, column_names=None
    )
    wanted = {name for name in header if (name.strip() if reading.trim else name) in numbers}
    for typed in [wanted, set()] if wanted else [set()]:
        convert = pyarrow.csv.ConvertOptions(
            column_types={name: pyarrow.float64() if name in typed else pyarrow.string() for name in header},
            null_values=[""],
            strings_can_be_null=True,
            decimal_point=reading.decimal,
        )
        try:
            table = pyarrow.csv.read_csv(_opened(source), read_options, parse, convert)
        except pyarrow.ArrowInvalid as error:
            if typed and "conversion error" in str(error):
                continue
            raise _explained(path, source, reading, error) from None
        if any(not _is_certain(table.column(name)) for name in typed):
            continue
        if len(table.column_names) != len(names):
            raise _damaged(path, "the header cannot be told apart")
        return _trimmed(table.rename_columns(names)) if reading.trim else table
    raise AssertionError("the last pass reads text")


def _is_certain(values: pyarrow.ChunkedArray) -> bool:
    """Whether numbers may be taken as pyarrow read them: "nan" may be a mark, and a long number may lose digits."""
    compute = pyarrow.compute
    exact = compute.less(compute.abs(values), EXACT)
    return compute.all(exact, skip_nulls=True).as_py() is not False


def _opened(source: Any) -> Any:
    return source if isinstance(source, Path) else pyarrow.BufferReader(source)


def _size(source: Any) -> int:
    return source.stat().st_size if isinstance(source, Path) else len(source)


def _has_return(source: Any) -> bool:
    if not isinstance(source, Path):
        return b"\r" in source
    with source.open("rb") as stream:
        return any(b"\r" in chunk for chunk in iter(lambda: stream.read(1 << 20), b""))


def _header(path: Path, source: Any, reading: Reading) -> list[str]:
    """The names in the first line that is not empty, read by Python's own reader."""
    import csv

    csv.field_size_limit(1 << 30)
    raw = source.open("rb") if isinstance(source, Path) else io.BytesIO(source)
    with raw, io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as text:
        try:
            names = next((line for line in csv.reader(text, **_dialect(reading)) if line), [])
        except csv.Error as error:
            raise _damaged(path, str(error)) from None
        except UnicodeDecodeError:
            raise _not_utf8(path) from None
    if not names:
        raise data_error(f"{path.name} is empty", ADVICE)
    _check_twice(path, names)
    return names


def _check_twice(path: Path, names: list[str]) -> None:
    twice = [name for name, count in collections.Counter(names).items() if count > 1]
    if twice:
        raise data_error(f"{path.name} has two columns named {twice[0]!r}", "Rename or remove one of them")


def _dialect(reading: Reading) -> dict[str, Any]:
    return {"delimiter": reading.separator, "quotechar": reading.quote, "doublequote": True, "strict": False}


def _trimmed(table: pyarrow.Table) -> pyarrow.Table:
    for position, field in enumerate(table.schema):
        if pyarrow.types.is_string(field.type):
            bare = pyarrow.compute.utf8_trim_whitespace(table.column(position))
            empty = pyarrow.compute.equal(bare, "")
            bare = pyarrow.compute.if_else(empty, pyarrow.scalar(None, pyarrow.string()), bare)
            table = table.set_column(position, field.name, bare)
    return table


def _explained(path: Path, source: Any, reading: Reading, error: pyarrow.ArrowInvalid) -> BuilderError:
    """What is wrong with a CSV file, found by reading it again with Python's reader: it counts rows."""
    import csv

    raw = source.open("rb") if isinstance(source, Path) else io.BytesIO(source)
    with raw, io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as text:
        lines = csv.reader(text, **{**_dialect(reading), "strict": True})
        place = "the header"
        try:
            header = next((line for line in lines if line), [])
            width = len(header)
            if width == 1 and (other := other_separator(header[0], reading)):
                return data_error(f"{path.name}: {other[0]}", other[1])
            row, place = 0, "row 1"
            for line in lines:
                row += bool(line) or width == 1
                place = f"row {row + 1}"
                if line and len(line) != width:
                    cells = "1 cell" if len(line) == 1 else f"{len(line)} cells"
                    return data_error(
                        f"{path.name}: row {row} (line {lines.line_num}) has {cells}, the header has {width}",
                        "Correct that row; where all are like it, correct `separator` and `quote` under `reading`",
                    )
        except csv.Error as wrong:
            return data_error(
                f"{path.name}: {place} (up to line {lines.line_num}) cannot be told apart: {wrong}",
                "A quote that is opened has to be closed; correct that row, or `quote` under `reading`",
            )
        except UnicodeDecodeError:
            return _not_utf8(path)
    return _damaged(path, first_line(error))


def other_separator(header: str, reading: Reading) -> Optional[tuple[str, str]]:
    """What is said of a header that is one name, and holds what separates columns elsewhere; None where it does not."""
    found = next((mark for mark in (";", "\t", "|", ",") if mark in header and mark != reading.separator), None)
    if found is None:
        return None
    shown = "a tab" if found == "\t" else repr(found)
    return (
        f"the header is one column, {header!r:.200}: is {shown} what stands between its columns?",
        f"Write under `reading`: separator: {json.dumps(found)}, or have it found out: remodel dataset add",
    )


def _not_utf8(path: Path) -> BuilderError:
    return data_error(
        f"{path.name} is not UTF-8",
        "Say under `reading` which `encoding` it has (cp1252, utf-16); remodel dataset add finds it out",
    )


def _damaged(path: Path, reason: str) -> BuilderError:
    return data_error(f"{path.name} cannot be read, it is damaged or cut off: {reason}", ADVICE)

"""Reads what somebody else wrote, and no more of it than a bound: JSON, Parquet, gzip. Both worlds read with this.

A few kilobytes of Parquet or gzip unpack to gigabytes, JSON may be nested without an end or hold a number of a million
digits. A bound is looked at before the memory for what is beyond it is taken.
"""

from __future__ import annotations

import gzip
import json
import math
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO, Union

LARGEST = 64 << 20
"""Bytes of a JSON document."""

DEEPEST = 100
"""Levels of objects and lists in a document."""

BITS = 64
"""Of a whole number: more are no seed, no size and no number of rows."""

LONGEST = 100
"""Digits of a whole number that are looked at: some Pythons need hours for a million."""

MOST_BYTES = 4 << 30
"""Of a table in memory."""


class Malformed(ValueError):
    """A text that is no JSON as we write it, or something beyond its bound; the message says what."""


def parse(content: bytes) -> Any:
    """The value of a JSON text in UTF-8.

    Malformed where a key is there twice, a number is not finite or too large, or it is nested too deeply.
    """
    if len(content) > LARGEST:
        raise Malformed(f"it has {len(content)} bytes, and {LARGEST} is the most")
    try:
        text = content.decode()
        document = json.loads(
            text, object_pairs_hook=_mapping, parse_constant=_refuse, parse_float=_number, parse_int=_whole
        )
        _check_depth(document)
        if "\\ud" in text or "\\uD" in text:
            json.dumps(document, ensure_ascii=False).encode()  # half of a surrogate pair cannot be written again
    except Malformed:
        raise
    except RecursionError as error:
        raise Malformed(f"more than {DEEPEST} levels of objects and lists") from error
    except ValueError as error:
        raise Malformed(str(error)) from error
    return document


def read(path: Path) -> Any:
    """The value of a JSON file. Raises OSError, and Malformed."""
    with path.open("rb") as stream:
        return parse(stream.read(LARGEST + 1))


def _check_depth(document: Any) -> None:
    level, depth = [document], 0
    while True:
        level = [inner for node in level if isinstance(node, (dict, list)) for inner in _inside(node)]
        if not level:
            return
        depth += 1
        if depth > DEEPEST:
            raise Malformed(f"more than {DEEPEST} levels of objects and lists")


def _inside(node: Any) -> Iterable[Any]:
    return node.values() if isinstance(node, dict) else node


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        [(name, _)] = Counter(name for name, _ in pairs).most_common(1)
        raise Malformed(f"the key {name[:100]!r} is there twice")
    return document


def _refuse(name: str) -> Any:
    raise Malformed(f"{name} is no number")


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Malformed(f"{text[:40]} is too large")
    return number


def _whole(text: str) -> int:
    if len(text) > LONGEST or int(text).bit_length() > BITS:
        raise Malformed(f"{text[:40]} is too large")
    return int(text)


def parquet(source: Union[Path, bytes], most: int = MOST_BYTES) -> Any:
    """The pyarrow.Table of a Parquet file that takes `most` bytes in memory at most.

    Raises OSError where the file cannot be read, and Malformed where it is none, or would take more. Texts are read as
    codes of a dictionary first: one of a megabyte that a billion rows repeat is a megabyte and small numbers in the
    file, and a petabyte behind it.
    """
    import pyarrow

    try:
        return _parquet(source, most)
    except (Malformed, MemoryError):
        raise
    except (pyarrow.ArrowException, OSError, ValueError, LookupError, TypeError, ArithmeticError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise Malformed(f"it is no whole Parquet file: {first_line(error)}") from None


def first_line(error: BaseException) -> str:
    """The first line of a library's own words, without what commands a terminal."""
    line = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return "".join(letter if letter.isprintable() else "?" for letter in line)[:300]


def _parquet(source: Union[Path, bytes], most: int) -> Any:
    import pyarrow
    import pyarrow.parquet

    def place() -> Any:
        return pyarrow.BufferReader(source) if isinstance(source, bytes) else source

    file = pyarrow.parquet.ParquetFile(place())
    texts = [field.name for field in file.schema_arrow if _is_text(field.type)]
    _check_sizes(file, most)
    # Opened again: the columns that are read as codes have to be known when it is opened.
    table = pyarrow.parquet.ParquetFile(place(), read_dictionary=texts).read()
    _check_texts(table, most)
    table.validate(full=True)
    return table.cast(pyarrow.schema([(field.name, _plain(field.type)) for field in table.schema]))


def _is_text(kind: Any) -> bool:
    import pyarrow

    types = pyarrow.types
    return bool(types.is_string(kind) or types.is_binary(kind))


def _plain(kind: Any) -> Any:
    import pyarrow

    return kind.value_type if pyarrow.types.is_dictionary(kind) else kind


def _check_sizes(file: Any, most: int) -> None:
    """By what a file says of itself: columns, rows, bytes of its pages."""
    about = file.metadata
    if about.num_columns != len(file.schema_arrow):
        raise Malformed("it has columns inside columns")
    pages = sum(about.row_group(number).total_byte_size for number in range(about.num_row_groups))
    rows = sum(about.row_group(number).num_rows for number in range(about.num_row_groups))
    if rows != about.num_rows or rows < 0 or pages < 0:
        raise Malformed("its parts have another number of rows than the whole")
    wanted = max(pages, 8 * rows * about.num_columns)
    if wanted > most:
        raise Malformed(f"{rows} rows and {about.num_columns} columns take {wanted} bytes, and {most} is the most")


def _check_texts(table: Any, most: int) -> None:
    """The bytes that texts take once each stands where its code is."""
    import pyarrow
    import pyarrow.compute

    wanted = 0
    for column in table.columns:
        for chunk in column.chunks if pyarrow.types.is_dictionary(column.type) else ():
            lengths = pyarrow.compute.binary_length(chunk.dictionary).cast(pyarrow.int64())
            wanted += pyarrow.compute.sum(lengths.take(chunk.indices)).as_py() or 0
    if wanted > most:
        raise Malformed(f"its texts take {wanted} bytes, and {most} is the most")


def gunzip(source: BinaryIO, most: int = MOST_BYTES) -> bytes:
    """The content of a gzip stream, of `most` bytes at most. Raises Malformed."""
    try:
        with gzip.GzipFile(fileobj=source) as stream:
            content = stream.read(most + 1)
    except (EOFError, OSError, zlib.error) as error:
        raise Malformed(f"it is no whole gzip stream: {error}") from None
    if len(content) > most:
        raise Malformed(f"it unpacks to more than {most} bytes")
    return content


def check_zip(source: Union[Path, BinaryIO], most: int = MOST_BYTES, members: int = 10_000) -> None:
    """Raise Malformed where the members of a zip file (a spreadsheet is one) are more, or unpack to more, than that.

    By what its directory says: zipfile reads no more of a member than that, and notices what lies.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise Malformed(f"it is no whole zip file: {error}") from None
    names = {entry.filename for entry in entries}
    if len(entries) > members or len(names) < len(entries):
        raise Malformed(f"it has {len(entries)} members of {len(names)} names, and {members} is the most")
    size = sum(entry.file_size for entry in entries)
    if size > most:
        raise Malformed(f"it unpacks to {size} bytes, and {most} is the most")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Malformed("it asks for a password")

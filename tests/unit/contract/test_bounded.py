"""What somebody else wrote is read up to a bound, and what is beyond is one line, not memory."""

from __future__ import annotations

import gzip
import io
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from contract import bounded
from contract.bounded import Malformed

MOST = 64 << 20
"""The bound in these tests."""


def parquet(table: pyarrow.Table, **options: object) -> bytes:
    """A Parquet file."""
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(table, buffer, **options)
    return buffer.getvalue()


def repeated(value: object, rows: int) -> pyarrow.Table:
    """One value in so many rows, as codes of a dictionary."""
    codes = pyarrow.array([0], pyarrow.int32()).take(pyarrow.repeat(pyarrow.scalar(0), rows))
    return pyarrow.table({"a": pyarrow.DictionaryArray.from_arrays(codes, pyarrow.array([value]))})


@pytest.mark.attack("files")
@pytest.mark.parametrize(
    "content, why",
    [
        (lambda: parquet(repeated(1.5, 20_000_000)), "20000000 rows and 1 columns take 160000000 bytes"),
        (lambda: parquet(repeated("x" * 100_000, 1_000_000)), "its texts take 100000000000 bytes"),
        (lambda: parquet(repeated("", 20_000_000)), "20000000 rows and 1 columns take 160000000 bytes"),
        (lambda: parquet(pyarrow.table({"a": pyarrow.nulls(20_000_000, pyarrow.float64())})), "take 160000000 bytes"),
        (lambda: parquet(pyarrow.table({f"c{number}": [1.0] * 5000 for number in range(2000)})), "2000 columns"),
        (lambda: parquet(pyarrow.table({"a": [{"b": 1, "c": 2}]})), "columns inside columns"),
    ],
    ids=["numbers", "texts", "empty-texts", "nothing", "columns", "structs"],
)
def test_a_parquet_file_that_unpacks_to_gigabytes_is_refused(content, why: str) -> None:
    """A table costs what is allowed, however small its file is."""
    text = content()
    assert len(text) < 1 << 20 or "columns" in why
    before = pyarrow.total_allocated_bytes()
    with pytest.raises(Malformed) as caught:
        bounded.parquet(text, MOST)
    assert why in str(caught.value)
    assert pyarrow.default_memory_pool().max_memory() and pyarrow.total_allocated_bytes() - before < MOST


def test_a_parquet_file_within_its_bound_is_read_as_it_was(tmp_path: Path) -> None:
    """Types, order, missing values."""
    table = pyarrow.table(
        {
            "number": pyarrow.array([1.5, None, 2.5]),
            "text": pyarrow.array(["a", None, ""]),
            "count": pyarrow.array([1, 2, None], pyarrow.int64()),
            "bytes": pyarrow.array([b"a", b"", None]),
        }
    )
    (tmp_path / "t.parquet").write_bytes(parquet(table))
    for source in (parquet(table), tmp_path / "t.parquet"):
        read = bounded.parquet(source)
        assert read.equals(table) and read.schema.equals(table.schema)


@pytest.mark.attack("files")
@pytest.mark.parametrize(
    "text, why",
    [
        (b"[" * 1_000_000, "more than 100 levels"),
        (b"[" * 102 + b"]" * 102, "more than 100 levels"),
        (b'{"a": 1, "a": 2}', "the key 'a' is there twice"),
        (b"[NaN]", "NaN is no number"),
        (b"[-Infinity]", "-Infinity is no number"),
        (b"[1e999]", "1e999 is too large"),
        (b"[" + b"9" * 3_000_000 + b"]", "is too large"),
        (b"[18446744073709551616]", "18446744073709551616 is too large"),
        (b'["\\ud800"]', "surrogates not allowed"),
        (b"\xff", "can't decode byte 0xff"),
        (b"", "Expecting value"),
        (b"{}" + b" " * bounded.LARGEST, "67108866 bytes, and 67108864 is the most"),
    ],
    ids=[
        *("deep", "one-too-deep", "key-twice", "nan", "infinity", "too-large", "digits", "65-bits"),
        *("half-a-letter", "no-text", "nothing", "too-long"),
    ],
)
def test_json_that_we_do_not_write_is_refused(text: bytes, why: str) -> None:
    """A document has the size, depth, keys and numbers of ours, or is refused before anything in it is used."""
    with pytest.raises(Malformed) as caught:
        bounded.parse(text)
    assert why in str(caught.value) and len(str(caught.value)) < 300


def test_a_document_of_ours_is_read(tmp_path: Path) -> None:
    """As json reads it."""
    (tmp_path / "a.json").write_text('{"a": [1, 2.5, null, true, "\\u00e9"], "b": {"c": -1}}')
    assert bounded.read(tmp_path / "a.json") == {"a": [1, 2.5, None, True, "é"], "b": {"c": -1}}


@pytest.mark.attack("files")
@pytest.mark.parametrize(
    "content, why",
    [
        (gzip.compress(bytes(300 << 20)), "it unpacks to more than 67108864 bytes"),
        (gzip.compress(gzip.compress(bytes(300 << 20)) * 3000, 1) * 2, "it unpacks to more than 67108864 bytes"),
        (gzip.compress(b"abc")[:-3], "no whole gzip stream"),
        (gzip.compress(b"abc") + b"\x1f\x8b", "no whole gzip stream"),
        (b"PK\x03\x04", "no whole gzip stream"),
        (b"", ""),
    ],
    ids=["bomb", "bomb-in-bombs", "cut-off", "rest", "another-format", "nothing"],
)
def test_a_gzip_file_that_unpacks_to_gigabytes_is_refused(content: bytes, why: str) -> None:
    """A packed file costs what is allowed."""
    if not why:
        assert bounded.gunzip(io.BytesIO(content), MOST) == b""
        return
    tracemalloc.start()
    with pytest.raises(Malformed) as caught:
        bounded.gunzip(io.BytesIO(content), MOST)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert why in str(caught.value) and peak < 4 * MOST


def archive(size: int, count: int = 1, **fields: int) -> bytes:
    """A zip file of so many members, each of so many zeros."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for number in range(count):
            target.writestr(f"xl/{number}.xml", bytes(size))
    return buffer.getvalue()


def lying(content: bytes, field: int, value: int) -> bytes:
    """The first entry of the directory with another value at one place."""
    place = content.index(b"PK\x01\x02") + field
    return content[:place] + struct.pack("<I", value) + content[place + 4 :]


@pytest.mark.attack("files")
@pytest.mark.parametrize(
    "content, why",
    [
        (archive(100 << 20), "it unpacks to 104857600 bytes"),
        (archive(1 << 20, 100), "it unpacks to 104857600 bytes"),
        (archive(0, 10_001), "it has 10001 members of 10001 names"),
        (lying(archive(10), 24, (1 << 32) - 2), "it unpacks to 4294967294 bytes"),
        (lying(archive(10), 8, 1 | 8 << 16), "it asks for a password"),
        (b"PK\x05\x06" + bytes(9), "no whole zip file"),
    ],
    ids=["bomb", "bombs", "members", "size", "password", "cut-off"],
)
def test_a_zip_file_that_unpacks_to_gigabytes_is_refused(content: bytes, why: str) -> None:
    """A spreadsheet costs what is allowed."""
    with pytest.raises(Malformed) as caught:
        bounded.check_zip(io.BytesIO(content), MOST)
    assert why in str(caught.value)

"""Which comparison a file needs, and the first differing byte where no comparison finds anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Optional

from bench.diff import json_files, onnx_files, parquet_files, skops_files
from bench.diff.difference import ByteDifference

BY_SUFFIX = {
    "json": json_files.differences,
    "onnx": onnx_files.differences,
    "parquet": parquet_files.differences,
    "skops": skops_files.differences,
}


def differing(name: str, left: Optional[bytes], right: Optional[bytes]) -> Iterator[ByteDifference]:
    """The differences of two contents of one file, of which None stands for no file. At least one where they differ."""
    if left is None or right is None:
        yield ByteDifference("the file", *(None if side is None else f"{len(side)} bytes" for side in (left, right)))
        return
    compare = BY_SUFFIX.get(name.rpartition(".")[2])
    try:
        differences = list(compare(left, right)) if compare else []
    except Exception as error:  # a damaged file: whatever its reader raises
        differences = [ByteDifference(f"cannot be read ({type(error).__name__})", None, None)]
    yield from differences or [first_byte(left, right)]


def first_byte(left: bytes, right: bytes) -> ByteDifference:
    """The number of the first byte that differs, and the two bytes."""
    shorter = min(len(left), len(right))
    place = next((number for number in range(shorter) if left[number] != right[number]), shorter)
    values = (f"0x{side[place]:02x}" if place < len(side) else None for side in (left, right))
    return ByteDifference(f"byte {place}", *values)

"""How a file is packed, told by its first bytes, and its content within a budget."""

from __future__ import annotations

import bz2
import lzma
import mmap
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pickles.budget import Budget, Unreadable

CHUNK = 1 << 20

Content = bytes | bytearray | mmap.mmap

POINTER = b"version https://git-lfs"

OLD_JOBLIB = b"ZF"
"""joblib before 0.10: the length in hexadecimal digits (of Python 2 with an L), then zlib."""

OLD_LENGTHS = (len(OLD_JOBLIB) + 18, len(OLD_JOBLIB) + 19)
"""Where the packed bytes may begin: `hex` of Python 3 is filled up to 18 letters, that of Python 2 to 19."""


class Packed(NamedTuple):
    """The content of a file, and what it was packed with ("none")."""

    content: Content
    packing: str


def open_packed(path: Path, budget: Budget) -> Packed:
    """Raises Unreadable for what is no pickle at first sight, or unpacks to too much."""
    size = path.stat().st_size
    if size == 0:
        raise Unreadable("it is empty")
    stream = path.open("rb")
    head = stream.read(len(POINTER))
    stream.seek(0)
    if head == POINTER:
        raise Unreadable("it is a pointer of git-lfs: the file itself was not fetched")
    packing = _packing(head)
    if packing == "none":
        return Packed(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ), packing)
    with stream:
        try:
            return Packed(_unpacked(stream, packing, budget), packing)
        except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError) as error:
            raise Unreadable(f"it is packed with {packing} and damaged or cut off: {str(error)[:200]}") from error


def _packing(head: bytes) -> str:
    if head.startswith(OLD_JOBLIB):
        return "joblib's ZF"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"BZh"):
        return "bz2"
    if head.startswith(b"\xfd7zXZ\x00"):
        return "xz"
    if head.startswith(b"\x5d\x00\x00"):
        return "lzma"
    if head.startswith(b"\x04\x22\x4d\x18"):
        return "lz4"
    if len(head) > 1 and head[0] == 0x78 and (head[0] * 256 + head[1]) % 31 == 0:
        return "zlib"
    return "none"


def _unpacked(stream: Any, packing: str, budget: Budget) -> bytearray:
    content = bytearray()
    for chunk in _chunks(stream, packing):
        budget.unpack(len(chunk))
        budget.operate(0)
        content += chunk
    return content


def _chunks(stream: Any, packing: str) -> Iterator[bytes]:
    if packing == "lz4":
        import pyarrow

        with pyarrow.CompressedInputStream(pyarrow.PythonFile(stream, "r"), "lz4") as packed:
            yield from iter(lambda: packed.read(CHUNK), b"")
        return
    if packing == "joblib's ZF":
        start = next((n for n in OLD_LENGTHS if _packing(_at(stream, n)) == "zlib"), OLD_LENGTHS[0])
        stream.seek(start)
    made = {
        "gzip": lambda: zlib.decompressobj(wbits=31),
        "zlib": zlib.decompressobj,
        "joblib's ZF": zlib.decompressobj,
        "bz2": bz2.BZ2Decompressor,
        "xz": lzma.LZMADecompressor,
        "lzma": lzma.LZMADecompressor,
    }[packing]
    yield from _bounded(stream, made)


def _at(stream: Any, place: int) -> bytes:
    stream.seek(place)
    return bytes(stream.read(2))


def _bounded(stream: Any, made: Any) -> Iterator[bytes]:
    """Decompressed in pieces of at most CHUNK bytes: a few packed bytes may hold gigabytes."""
    unpacker, rest = made(), b""
    while True:
        if unpacker.eof:
            # One packed stream may follow the other: a reader of such files takes all of them.
            rest = unpacker.unused_data or stream.read(1 << 16)
            if not rest.strip(b"\x00"):
                return
            unpacker = made()
        packed = rest or stream.read(1 << 16)
        chunk = unpacker.decompress(packed, CHUNK)
        if not packed and not chunk and not unpacker.eof:
            raise EOFError("it ends in the middle")
        rest = getattr(unpacker, "unconsumed_tail", b"")
        yield chunk

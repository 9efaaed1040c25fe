"""Reads the wire format of protocol buffers strictly: only what writers write, each message within its own bytes.

https://protobuf.dev/programming-guides/encoding/ says what readers have to forgive: a field twice, numbers spelled
longer than needed, groups. Two readers of such a file may see two files, so here all of it is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

VARINT, FIXED64, DELIMITED, FIXED32 = 0, 1, 2, 5

LONGEST = 10
"""Bytes of the longest varint, which holds 64 bits."""

WINDOWS = (256, 4 << 20)
"""Bytes of a run that are looked at in one go, at first and at most."""

LARGEST_NUMBER = (1 << 29) - 1
"""The largest number that a field may have."""


class Malformed(ValueError):
    """Bytes that are no message as a writer writes it; the message says at which byte."""


def varint(content: bytes, place: int, end: int) -> tuple[int, int]:
    """The unsigned number at `place`, and where it ends. Raises Malformed where it is cut off or spelled too long."""
    value = shift = 0
    for position in range(place, min(end, place + LONGEST)):
        byte = content[position]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            if (byte == 0 and shift) or value >= 1 << 64:
                raise Malformed(f"a number at byte {place} is spelled longer than needed")
            return value, position + 1
        shift += 7
    raise Malformed(f"a number at byte {place} is cut off")


def signed(value: int) -> int:
    """A varint as the int64 that it stands for."""
    return value - (1 << 64) if value >= 1 << 63 else value


def fields(content: bytes, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Number, wire type, and the bytes' start and end of each field of the message between `start` and `end`.

    Raises Malformed.
    """
    place = start
    while place < end:
        key, begin = varint(content, place, end)
        number, wire = key >> 3, key & 7
        if not 0 < number <= LARGEST_NUMBER:
            raise Malformed(f"a field at byte {place} has the number {number}")
        begin, stop = _extent(content, wire, begin, end)
        yield number, wire, begin, stop
        place = stop


def _extent(content: bytes, wire: int, begin: int, end: int) -> tuple[int, int]:
    if wire == VARINT:
        stop = varint(content, begin, end)[1]
    elif wire == DELIMITED:
        size, begin = varint(content, begin, end)
        stop = begin + size
    elif wire in (FIXED32, FIXED64):
        stop = begin + (4 if wire == FIXED32 else 8)
    else:
        raise Malformed(f"a field at byte {begin} has the wire type {wire}")
    if stop > end:
        raise Malformed(f"a field at byte {begin} is longer than its message")
    return begin, stop


def run_of_varints(content: bytes, begin: int, end: int, number: int) -> tuple[Any, int]:
    """The values of a repeated varint field whose entries stand one behind the other, and where they end.

    `begin` is where the first one's key stands; the values are an int64 array. Raises Malformed.
    """
    import numpy

    parts, size = [], WINDOWS[0]
    while True:
        window = min(end, begin + size)
        values, stop, over = _varints_in(content, begin, window, number)
        parts.append(values)
        if (not len(values) and window == end and not over) or (over and not sum(map(len, parts))):
            raise Malformed(f"a number at byte {begin} is cut off")
        begin = stop
        if over or begin == end:
            return numpy.concatenate(parts), begin
        size = min(size * 16, WINDOWS[1])


def _varints_in(content: bytes, begin: int, end: int, number: int) -> tuple[Any, int, bool]:
    """The entries that are whole before `end`, where they end, and whether something else follows."""
    import numpy

    part = numpy.frombuffer(content, numpy.uint8, end - begin, begin)
    stops = numpy.flatnonzero(part < 0x80)  # the keys, which have one byte, and the last byte of each number
    keys, last = stops[::2], stops[1::2]
    ours = (part[keys] == number << 3) & (keys == numpy.concatenate([[-1], last])[: len(keys)] + 1)
    over = not ours.all()
    count = min(int(numpy.argmin(ours)) if over else len(ours), len(last))
    keys, last = keys[:count], last[:count]
    stop = begin + (int(last[-1]) + 1 if count else 0)
    return _values(part, keys + 1, last, begin), stop, over or (count == len(last) and _cut(part, stop - begin, number))


def _cut(part: Any, rest: int, number: int) -> bool:
    """Whether what is left of a window cannot be the beginning of another entry."""
    return len(part) > rest and part[rest] != number << 3


def _values(part: Any, first: Any, last: Any, begin: int) -> Any:
    """The varints whose first and last bytes stand at these places, as int64."""
    import numpy

    lengths = last - first + 1
    longest = int(lengths.max()) if len(lengths) else 0
    if longest > LONGEST or ((lengths > 1) & (part[last] == 0)).any():
        raise Malformed(f"a number behind byte {begin} is spelled longer than needed")
    values = numpy.zeros(len(first), numpy.uint64)
    for byte in range(longest):
        rows = lengths > byte
        values[rows] |= (part[first[rows] + byte] & 0x7F).astype(numpy.uint64) << numpy.uint64(7 * byte)
    return values.astype(numpy.int64)


def run_of_fixed32(content: bytes, begin: int, end: int, number: int) -> tuple[int, int]:
    """How many entries of a repeated 32-bit field stand one behind the other, and where they end. Raises Malformed."""
    import numpy

    keys = numpy.frombuffer(content, numpy.uint8, (end - begin) // 5 * 5, begin)[::5]
    ours = keys == (number << 3 | FIXED32)
    count = len(ours) if ours.all() else int(numpy.argmin(ours))
    if number > 15 or count == 0:
        raise Malformed(f"a field at byte {begin} is longer than its message")
    return count, begin + 5 * count


def packed_varints(content: bytes, begin: int, end: int) -> Any:
    """The values between `begin` and `end`, an int64 array. Raises Malformed."""
    import numpy

    part = numpy.frombuffer(content, numpy.uint8, end - begin, begin)
    last = numpy.flatnonzero(part < 0x80)
    if len(part) and (not len(last) or last[-1] != len(part) - 1):
        raise Malformed(f"a number behind byte {begin} is cut off")
    return _values(part, numpy.concatenate([[0], last + 1])[: len(last)], last, begin)

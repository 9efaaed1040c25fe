"""The first difference of two arrays, bit by bit: a NaN equals itself, and -0.0 is not 0.0."""

from __future__ import annotations

from collections.abc import Iterator

import numpy

from bench.diff.difference import ByteDifference, of_values


def differences(left: numpy.ndarray, right: numpy.ndarray, place: str) -> Iterator[ByteDifference]:
    """At most one difference a field: the first index and its two values, or dtype or shape where they differ."""
    if left.dtype != right.dtype:
        yield of_values(f"{place}.dtype", str(left.dtype), str(right.dtype))
    elif left.shape != right.shape:
        yield of_values(f"{place}.shape", left.shape, right.shape)
    elif left.dtype.names is not None:
        for name in left.dtype.names:
            yield from differences(left[name], right[name], f"{place}.{name}")
    else:
        yield from _first(left, right, place)


def _first(left: numpy.ndarray, right: numpy.ndarray, place: str) -> Iterator[ByteDifference]:
    if left.dtype.hasobject:
        other = numpy.array([repr(here) != repr(there) for here, there in zip(left.ravel(), right.ravel())], dtype=bool)
    else:
        other = (_bits(left) != _bits(right)).any(axis=1)
    if other.any():
        index = numpy.unravel_index(int(numpy.argmax(other)), left.shape)
        number = ", ".join(str(int(part)) for part in index)
        here, there = (side[index].item() if hasattr(side[index], "item") else side[index] for side in (left, right))
        yield of_values(f"{place}[{number}]" if number else place, here, there)


def _bits(array: numpy.ndarray) -> numpy.ndarray:
    """The bytes of every element: one row each."""
    return numpy.frombuffer(array.tobytes(), dtype=numpy.uint8).reshape(-1, max(array.dtype.itemsize, 1))

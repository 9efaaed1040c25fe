"""Where raw columns cross the thresholds of trees behind the preprocessing: by bisection over the doubles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Iterator

import numpy as np

from builder.onnx.exact.thresholds import Threshold

STEPS = 66
"""Halvings that single out one double among all."""


@dataclass(frozen=True)
class Move:
    """A raw column that moves one feature of the trees monotonically, over some of that feature's thresholds."""

    name: str
    feature: int
    thresholds: tuple[Threshold, ...]


def crossings(inner: Callable[[Any], np.ndarray], frame: Any, moves: list[Move]) -> Iterator[np.ndarray]:
    """For each move the last double, seen from below, before each threshold's answer changes.

    All moves are bisected side by side: the preprocessing `inner` is asked 68 times, however many there are.
    """
    if not moves:
        return
    probes = _Probes(inner, frame, moves)
    low, high = (_ordered(probes.ends(side)) for side in (np.min, np.max))
    at_low, at_high = probes.below(_double(low)), probes.below(_double(high))
    for _ in range(STEPS):
        middle = (low >> 1) + (high >> 1) + (low & high & 1)
        same = probes.below(_double(middle)) == at_low
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    values, crossed = _double(low), at_low != at_high
    for part in probes.parts:
        yield values[part][crossed[part]]


class _Probes:
    """One row for each threshold of each move: the frame's first row, with the move's column changed."""

    def __init__(self, inner: Callable[[Any], np.ndarray], frame: Any, moves: list[Move]) -> None:
        self._inner, self._frame, self._moves = inner, frame, moves
        stops = np.cumsum([len(move.thresholds) for move in moves])
        self.parts = [slice(stop - len(move.thresholds), stop) for stop, move in zip(stops, moves)]
        self._total = int(stops[-1])
        self._limit = np.array([threshold.value for move in moves for threshold in move.thresholds])
        self._single = np.array([threshold.single for move in moves for threshold in move.thresholds])
        self._feature = np.repeat([move.feature for move in moves], [len(move.thresholds) for move in moves])
        self._rows = frame.iloc[np.zeros(self._total, dtype=int)].reset_index(drop=True).copy()

    def ends(self, side: Callable[[np.ndarray], Any]) -> np.ndarray:
        """The smallest or the largest value of each row's column."""
        return np.concatenate(
            [
                np.full(len(move.thresholds), float(side(self._frame[move.name].dropna().to_numpy())))
                for move in self._moves
            ]
        )

    def below(self, values: np.ndarray) -> np.ndarray:
        """Whether the trees see each row below its threshold, with these values in the rows' columns."""
        for name in dict.fromkeys(move.name for move in self._moves):
            column = np.full(self._total, self._frame[name].iloc[0], dtype=np.float64)
            for move, part in zip(self._moves, self.parts):
                if move.name == name:
                    column[part] = values[part]
            self._rows[name] = column
        got = self._inner(self._rows)[np.arange(self._total), self._feature]
        return np.asarray(np.where(self._single, got.astype(np.float32).astype(np.float64), got) <= self._limit)


def _ordered(values: np.ndarray) -> np.ndarray:
    """Doubles as integers in the same order."""
    bits = values.view(np.int64)
    return np.asarray(np.where(bits < 0, np.int64(-(2**63)) - bits, bits))


def _double(ordered: np.ndarray) -> np.ndarray:
    bits: Any = np.where(ordered < 0, np.int64(-(2**63)) - ordered, ordered)
    return np.asarray(bits.view(np.float64))

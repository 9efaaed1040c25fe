"""Proof that an exported file answers as its model does, but for rows where the model itself has no stable answer."""

from __future__ import annotations

from typing import Any

import numpy as np

from builder.answers import Answers, Apart
from builder.onnx import run
from builder.onnx.parity import EXACT, Parity

from .exemption import Suspect, reason_of

HOPELESS = 50
"""After so many rows without an excuse a file is wrong, and the others' excuses do not matter."""

CHUNK = 1000
"""Rows in one call."""


def compare(
    kind: type[Answers], model: Any, onnx_bytes: bytes, frame: Any, batch: int = CHUNK, limit: float = EXACT
) -> Parity:
    """Compare the file with the model, whose answers are of this kind, on every row of a frame that it accepts."""
    expected = kind.ask(model, frame)
    apart = expected.apart(run.answers(kind, run.session_of(onnx_bytes), frame, batch))
    beyond = np.flatnonzero(apart.beyond(limit))
    exempt = _exempt(model, frame, expected, apart, beyond, limit)
    excused = [row for row, _ in exempt]
    counted = np.ones(len(frame), dtype=bool)
    counted[excused] = False
    largest = float(apart.distance[counted].max(initial=0.0))
    left = tuple(int(row) for row in beyond if row not in excused)
    return Parity(len(frame), int(apart.wrong[counted].sum()), largest, limit, left, exempt)


def _exempt(
    model: Any, frame: Any, expected: Answers, apart: Apart, beyond: np.ndarray, limit: float
) -> tuple[tuple[int, str], ...]:
    exempt, hopeless = [], 0
    for number in beyond:
        place = [int(number)]
        among = expected.take(place)
        suspect = Suspect(model, frame.iloc[place], among, bool(apart.wrong[number]), float(apart.distance[number]))
        reason = reason_of(suspect, limit)
        if reason:
            exempt.append((int(number), reason))
        else:
            hopeless += 1
        if hopeless > HOPELESS:
            break
    return tuple(exempt)


def same_numbers(steps: Any, onnx_bytes: bytes, frame: Any) -> bool:
    """Whether the file of the steps before a classifier (`export_numbers`) gives the numbers that the steps give."""
    [numbers] = run.outputs(run.session_of(onnx_bytes), ["numbers"], frame, CHUNK)
    wanted = steps.transform(frame)
    wanted = np.asarray(wanted.toarray() if hasattr(wanted, "toarray") else wanted, dtype=np.float64)
    return bool(np.allclose(numbers, wanted, rtol=EXACT, atol=EXACT, equal_nan=True))

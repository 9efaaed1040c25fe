"""Proof that an exported file answers as its model does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from serving.session import TEXT, open_session, tensor

from .adversary import adversarial
from .exemption import reason_of

__all__ = ["Parity", "adversarial", "answers", "compare", "feed", "same_numbers"]

TOLERANCE = 1e-9
HOPELESS = 50
"""After so many rows without an excuse a file is wrong, and the others' excuses do not matter."""
CHUNK = 1000


@dataclass(frozen=True)
class Parity:
    """How far the file's answers are from the model's.

    `labels_different` and `largest` (of the probabilities' absolute differences) leave out the `exempt` rows, pairs of
    a row number and the reason why scikit-learn itself has no stable answer there.
    """

    rows: int
    labels_different: int
    largest: float
    exempt: tuple[tuple[int, str], ...] = ()
    tolerance: float = TOLERANCE

    @property
    def holds(self) -> bool:
        return self.labels_different == 0 and self.largest <= self.tolerance


def feed(frame: Any) -> dict[str, np.ndarray]:
    """A data frame as the file's inputs: one tensor [N, 1] a column, missing text as the empty string."""
    return {name: tensor(frame[name].to_numpy(), _kind(frame[name])) for name in frame.columns}


def _kind(column: Any) -> str:
    return "tensor(double)" if column.dtype.kind in "fiub" else TEXT


def answers(session: Any, frame: Any, batch: int = CHUNK) -> tuple[np.ndarray, np.ndarray | None]:
    """Labels and probabilities (None where the model has none) of a session, `batch` rows a call."""
    tensors = feed(frame)
    wanted = {one.name: np.float32 if one.type == "tensor(float)" else None for one in session.get_inputs()}
    tensors = {k: v.astype(wanted[k]) if wanted[k] else v for k, v in tensors.items() if k in wanted}
    parts = [
        session.run(None, {k: v[at : at + batch] for k, v in tensors.items()}) for at in range(0, len(frame), batch)
    ]
    labels = np.concatenate([part[0] for part in parts])
    return labels, np.concatenate([part[1] for part in parts]) if len(parts[0]) > 1 else None


def compare(model: Any, onnx_bytes: bytes, frame: Any, batch: int = CHUNK, tolerance: float = TOLERANCE) -> Parity:
    """Compare the file with the model on every row of a frame that the model accepts."""
    labels, probabilities = answers(open_session(onnx_bytes), frame, batch)
    wrong = labels.astype(str) != model.predict(frame).astype(str)
    distance = np.zeros(len(frame))
    if probabilities is not None:
        distance = np.abs(probabilities - model.predict_proba(frame)).max(axis=1)
    failed = wrong | ~(distance <= tolerance)
    exempt = _exempt(model, frame, np.flatnonzero(failed), distance, wrong, tolerance)
    counted = np.ones(len(frame), dtype=bool)
    counted[[row for row, _ in exempt]] = False
    largest = float(distance[counted].max(initial=0.0))
    return Parity(len(frame), int(wrong[counted].sum()), largest, exempt, tolerance)


def _exempt(
    model: Any, frame: Any, rows: np.ndarray, distance: np.ndarray, wrong: np.ndarray, tolerance: float
) -> tuple[tuple[int, str], ...]:
    found, hopeless = [], 0
    for row in rows:
        reason = reason_of(model, frame.iloc[[row]], frame, int(row), float(distance[row]), not wrong[row], tolerance)
        if reason:
            found.append((int(row), reason))
        else:
            hopeless += 1
        if hopeless > HOPELESS:
            break
    return tuple(found)


def same_numbers(steps: Any, onnx_bytes: bytes, frame: Any) -> bool:
    """Whether the file of the steps before a classifier (`export_numbers`) gives the numbers that the steps give."""
    found = answers(open_session(onnx_bytes), frame)[0]
    wanted = steps.transform(frame)
    wanted = np.asarray(wanted.toarray() if hasattr(wanted, "toarray") else wanted, dtype=np.float64)
    return bool(np.allclose(found, wanted, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True))

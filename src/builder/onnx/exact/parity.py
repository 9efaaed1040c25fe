"""Proof that an exported file answers as its model does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .adversary import adversarial
from .cells import MISSING
from .exemption import reason_of

__all__ = ["Parity", "adversarial", "answers", "compare", "feed"]

TOLERANCE = 1e-9
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

    @property
    def holds(self) -> bool:
        return self.labels_different == 0 and self.largest <= TOLERANCE


def feed(frame: Any) -> dict[str, np.ndarray]:
    """A data frame as the file's inputs: one tensor [N, 1] a column, missing text as the empty string."""
    tensors = {}
    for name in frame.columns:
        values = frame[name]
        if values.dtype.kind in "fiub":
            tensors[name] = values.to_numpy(dtype=np.float64).reshape(-1, 1)
        else:
            text = values.astype(object).where(values.notna(), MISSING).to_numpy(dtype=object)
            tensors[name] = text.reshape(-1, 1)
    return tensors


def session_of(onnx_bytes: bytes) -> Any:
    """An ONNX Runtime session with default options."""
    import onnxruntime

    return onnxruntime.InferenceSession(onnx_bytes, providers=["CPUExecutionProvider"])


def answers(session: Any, frame: Any, batch: int = CHUNK) -> tuple[np.ndarray, np.ndarray | None]:
    """Labels and probabilities (None where the model has none) of a session, `batch` rows a call."""
    tensors = feed(frame)
    wanted = {one.name for one in session.get_inputs()}
    parts = [
        session.run(None, {k: v[at : at + batch] for k, v in tensors.items() if k in wanted})
        for at in range(0, len(frame), batch)
    ]
    labels = np.concatenate([part[0] for part in parts])
    return labels, np.concatenate([part[1] for part in parts]) if len(parts[0]) > 1 else None


def compare(model: Any, onnx_bytes: bytes, frame: Any, batch: int = CHUNK) -> Parity:
    """Compare the file with the model on every row of a frame that the model accepts."""
    labels, probabilities = answers(session_of(onnx_bytes), frame, batch)
    wrong = labels.astype(str) != model.predict(frame).astype(str)
    distance = np.zeros(len(frame))
    if probabilities is not None:
        distance = np.abs(probabilities - model.predict_proba(frame)).max(axis=1)
    failed = wrong | ~(distance <= TOLERANCE)
    exempt = _exempt(model, frame, np.flatnonzero(failed), distance, wrong)
    counted = np.ones(len(frame), dtype=bool)
    counted[[row for row, _ in exempt]] = False
    largest = float(distance[counted].max(initial=0.0))
    return Parity(len(frame), int(wrong[counted].sum()), largest, exempt)


def _exempt(
    model: Any, frame: Any, rows: np.ndarray, distance: np.ndarray, wrong: np.ndarray
) -> tuple[tuple[int, str], ...]:
    found = []
    for row in rows:
        reason = reason_of(model, frame.iloc[[row]], frame, int(row), float(distance[row]), not wrong[row])
        if reason:
            found.append((int(row), reason))
    return tuple(found)

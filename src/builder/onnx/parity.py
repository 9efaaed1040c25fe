"""How far an ONNX model's answers on every row of the snapshot are from the model's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Union

import numpy

from builder.onnx.impossible import Impossible, impossible
from builder.training.crossval import Predicted
from serving.session import open_session, tensor

EXACT, SINGLE = 1e-9, 1e-4
"""Probabilities of a file may differ by this much, and by so much where the recipe asks for single precision
(`onnx: float32`); labels may not differ."""

BOUNDS = ("1e-09", "1e-04", "1e-02")
"""What `below` may answer. Rounding differs between CPUs' kernels, and the answer is in a tracked file: arithmetic in
double stays far below the first bound, single precision far above it and as a rule far below the second."""

CHUNK = 4096
"""Rows in one call: tree ensembles need memory for every row and tree."""


@dataclass(frozen=True)
class Difference:
    """Number of labels that differ, the largest difference of two probabilities, and the one that is allowed.

    `beyond` are the numbers of the snapshot's rows whose label differs, or whose probabilities differ by more.
    """

    labels_different: int
    rows: int
    largest: float
    limit: float = EXACT
    beyond: tuple[int, ...] = ()

    def below(self) -> Optional[str]:
        """The smallest of BOUNDS that is not below the largest difference, or None."""
        return next((bound for bound in BOUNDS if self.largest <= float(bound)), None)

    def objection(self) -> Optional[str]:
        """Why these answers are not good enough, or None where they are."""
        if self.labels_different:
            return f"parity: {self.labels_different} of {self.rows} labels differ from scikit-learn's"
        if not self.largest <= self.limit:
            return f"parity: probabilities differ from scikit-learn's by more than {self.limit:g}"
        return None

    def facts(self) -> dict:
        """The exact numbers, which may depend on the CPU."""
        largest = self.largest if numpy.isfinite(self.largest) else None
        return {"labels_different": self.labels_different, "largest_difference": largest}


def compare(content: bytes, X, expected: Predicted, limit: float = EXACT) -> Union[Difference, Impossible]:
    """Run the ONNX model on every row of `X` and compare; Impossible where ONNX Runtime refuses it."""
    try:
        labels, probabilities = _run(content, X)
    except Exception as error:
        return impossible("ONNX Runtime", error)
    gaps = numpy.abs(probabilities - expected.probabilities)
    gaps = numpy.where(numpy.isnan(gaps), numpy.inf, gaps).max(axis=1)
    wrong = labels != expected.labels
    beyond = tuple(map(int, numpy.flatnonzero(wrong | (gaps > limit))))
    return Difference(int(wrong.sum()), len(X), float(gaps.max()), limit, beyond)


def _run(content: bytes, X) -> tuple[numpy.ndarray, numpy.ndarray]:
    session = open_session(content)
    labels, probabilities = [], []
    for start in range(0, len(X), CHUNK):
        part = X.iloc[start : start + CHUNK]
        feed = {entry.name: tensor(part[entry.name].to_numpy(), entry.type) for entry in session.get_inputs()}
        found = session.run(["label", "probabilities"], feed)
        labels.append(numpy.asarray(found[0], dtype=str))
        probabilities.append(numpy.asarray(found[1], dtype=numpy.float64))
    return numpy.concatenate(labels), numpy.concatenate(probabilities)

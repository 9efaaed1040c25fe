"""How far an ONNX file's answers are from its model's own: the measure, and a plain comparison on some rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Union

import numpy

from builder.answers import Answers
from builder.onnx import run
from builder.onnx.impossible import Impossible, impossible

EXACT, SINGLE = 1e-9, 1e-4
"""Numbers of a file's answers may differ by this much, and by so much where the recipe asks for single precision
(`onnx: float32`); what is no number may not differ."""

BOUNDS = ("1e-09", "1e-04", "1e-02")
"""What `below` may answer. Rounding differs between CPUs' kernels, and the answer is in a tracked file: arithmetic in
double stays far below the first bound, single precision far above it and as a rule far below the second."""

CHUNK = 4096
"""Rows in one call."""


@dataclass(frozen=True)
class Parity:
    """How far a file's answers to some rows are from the model's, and how far they may be.

    wrong: the rows where something differs that has to be equal; largest: the largest difference of two numbers;
    limit: the one that is allowed; beyond: the numbers of the rows that are wrong or differ by more. All of them leave
    out the `exempt` rows: pairs of a row number and the reason why scikit-learn itself has no stable answer there.
    """

    rows: int
    wrong: int
    largest: float
    limit: float = EXACT
    beyond: tuple[int, ...] = ()
    exempt: tuple[tuple[int, str], ...] = ()

    @property
    def holds(self) -> bool:
        """Whether these answers are good enough."""
        return self.wrong == 0 and self.largest <= self.limit

    def below(self) -> Optional[str]:
        """The smallest of BOUNDS that is not below the largest difference, or None."""
        return next((bound for bound in BOUNDS if self.largest <= float(bound)), None)

    def objection(self, kind: type[Answers]) -> Optional[str]:
        """Why these answers are not good enough, or None where they are."""
        if self.wrong:
            return f"parity: {self.wrong} of {self.rows} {kind.EXACT} differ from scikit-learn's"
        if not self.holds:
            return f"parity: {kind.NUMBERS} differ from scikit-learn's by more than {self.limit:g}"
        return None

    def facts(self) -> dict:
        """The exact numbers, which may depend on the CPU."""
        largest = self.largest if numpy.isfinite(self.largest) else None
        return {"labels_different": self.wrong, "largest_difference": largest}


def compare(content: bytes, X, expected: Answers, limit: float = EXACT) -> Union[Parity, Impossible]:
    """Run the ONNX file on every row of `X` and compare; Impossible where ONNX Runtime refuses it."""
    try:
        answers = run.answers(type(expected), run.session_of(content), X, CHUNK)
    except Exception as error:
        return impossible("ONNX Runtime", error)
    apart = expected.apart(answers)
    beyond = tuple(map(int, numpy.flatnonzero(apart.beyond(limit))))
    return Parity(len(X), int(apart.wrong.sum()), float(apart.distance.max()), limit, beyond)

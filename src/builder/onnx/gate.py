"""The parity gate: a file is held against the model on the whole snapshot and on adversarial rows made from it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Optional, Union

import numpy

from builder.answers import Answers
from builder.onnx import parity
from builder.onnx.impossible import Impossible, impossible
from builder.onnx.parity import Parity

PROBES = 600
"""About so many values of all columns together are tried on, beside and around each threshold and value."""

ALONE, ALONE_OF_WIDE = 16, 2
"""So many rows of the snapshot are asked one by one, too, as a server does; a call of a wide table takes long."""

NAMED = 5
"""So many rows of a kind are named in result.json."""


EXEMPT = 0.001
"""Of more of the snapshot's rows a file may not answer otherwise than its model, whatever excuses each."""


@dataclass(frozen=True)
class Measured:
    """How far a file is from its model, and the rows that were left out because the model has no stable answer there:
    pairs of a row number, of the snapshot and of the adversarial rows, and the reason."""

    parity: Parity
    exempt: tuple[tuple[int, str], ...] = ()
    exempt_adversarial: tuple[tuple[int, str], ...] = ()
    adversarial_rows: int = 0

    @property
    def beyond(self) -> tuple[int, ...]:
        """The snapshot's rows that are answered otherwise: those without an excuse, where there are any."""
        return self.parity.beyond or tuple(row for row, _ in self.exempt)

    def objection(self, kind: type[Answers], rows: int) -> Optional[str]:
        """Why the file is not good enough for a snapshot of so many rows, or None where it is."""
        if len(self.exempt) <= EXEMPT * rows:
            return self.parity.objection(kind)
        reasons = ", ".join(sorted({reason for _, reason in self.exempt}))
        return f"parity: {len(self.exempt)} of {rows} rows are answered otherwise, more than {EXEMPT:.1%}: {reasons}"

    def facts(self) -> dict:
        """All of it, for the build record: exact numbers may depend on the CPU."""
        return {
            **self.parity.facts(),
            "adversarial_rows": self.adversarial_rows,
            "exempt": [list(row) for row in self.exempt],
            "exempt_adversarial": len(self.exempt_adversarial),
        }

    def exempted(self) -> dict:
        """The exempt rows by reason: how many, and the first of the snapshot's (kind "result", `onnx.exempt`)."""
        adversarial = Counter(reason for _, reason in self.exempt_adversarial)
        own: dict[str, list[int]] = {reason: [] for reason in sorted({*adversarial, *(why for _, why in self.exempt)})}
        for row, reason in self.exempt:
            own[reason].append(row)
        return {
            reason: {"rows": len(rows), "first": rows[:NAMED], "adversarial_rows": adversarial[reason]}
            for reason, rows in own.items()
        }


def measure(model: Any, content: bytes, X: Any, expected: Answers, limit: float) -> Union[Measured, Impossible]:
    """Compare a file with the model, whose answers to `X` are `expected`; adversarial rows are asked of `model`.

    A file in single precision gets adversarial numbers that single precision has. Where the snapshot's own rows
    already say no, no adversarial row is asked.
    """
    from builder.onnx.proof.adversary import adversarial
    from builder.onnx.proof.compare import compare
    from builder.onnx.proof.together import WIDE

    kind = type(expected)
    stored = parity.compare(content, X, expected, limit)
    if isinstance(stored, Impossible):
        return stored
    try:
        own = compare(kind, model, content, X, limit=limit)
        if not own.holds:
            return Measured(own, own.exempt)
        if not stored.holds and not own.exempt:
            return Measured(stored)
        few = ALONE if len(X.columns) <= WIDE else ALONE_OF_WIDE
        alone = compare(kind, model, content, X.iloc[:few], batch=1, limit=limit)
        if not alone.holds:
            return Measured(alone, alone.exempt)
        probes = adversarial(kind, model, X, per_column=max(4, min(60, PROBES // len(X.columns))))
        if limit > parity.EXACT:
            probes = _single(probes)
        probed = compare(kind, model, content, probes, limit=limit)
    except Exception as error:
        return impossible("ONNX Runtime", error)
    rows, wrong = own.rows + probed.rows, own.wrong + probed.wrong
    together = Parity(rows, wrong, max(own.largest, probed.largest), limit)
    return Measured(together, own.exempt, probed.exempt, probed.rows)


def _single(frame: Any) -> Any:
    numbers = [name for name in frame.columns if frame[name].dtype.kind == "f"]
    return frame.astype(dict.fromkeys(numbers, numpy.float32)).astype(dict.fromkeys(numbers, numpy.float64))

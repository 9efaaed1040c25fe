"""model.onnx: the whole pipeline, one named input a column, outputs `label` and `probabilities`; or why there is none.

Our own exporter (`exact/`) is exact in double precision. What it does not know goes to skl2onnx, in single precision.
No file is published that does not answer as the model does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional, Union

from builder.crossval import Predicted
from builder.data import Snapshot
from builder.onnx import exact_export, parity, skl2onnx_export
from builder.onnx.impossible import Impossible
from builder.onnx.parity import Difference


@dataclass(frozen=True)
class Exported:
    """ONNX bytes or None; the summary for result.json; exact numbers for the build record."""

    content: Optional[bytes]
    summary: dict
    facts: dict


@dataclass(frozen=True)
class Candidate:
    """A file that some exporter wrote, how far its answers are from the model's, and what more is known of it."""

    content: bytes
    difference: Difference
    facts: dict


def export_checked(model: Any, snapshot: Snapshot, expected: Predicted) -> Exported:
    """Export `model` and compare it with `expected` on every row; what does not agree is not exported."""
    rows = len(snapshot.y)
    found = _candidate(model, snapshot, expected)
    if isinstance(found, Impossible):
        return Exported(None, _summary(found.reason, rows, None), {"reason": found.reason})
    reason = found.difference.objection()
    facts = {"reason": reason, **found.difference.facts(), **found.facts}
    return Exported(None if reason else found.content, _summary(reason, rows, found.difference), facts)


def _candidate(model: Any, snapshot: Snapshot, expected: Predicted) -> Union[Candidate, Impossible]:
    exact = exact_export.export(model, snapshot.schema)
    if not isinstance(exact, Impossible):
        compared = exact_export.compare(model, exact, snapshot.X, expected)
        return compared if isinstance(compared, Impossible) else Candidate(exact, *compared)
    single = skl2onnx_export.export(model, snapshot.schema)
    if isinstance(single, Impossible):
        return Impossible(f"{exact.reason}; {single.reason}")
    difference = parity.compare(single, snapshot.X, expected)
    if isinstance(difference, Impossible):
        return Impossible(f"{exact.reason}; {difference.reason}")
    return Candidate(single, difference, {"exporter": "skl2onnx", "because": exact.reason})


def _summary(reason: Optional[str], rows: int, difference: Optional[Difference]) -> dict:
    return {
        "status": "impossible" if reason else "exported",
        "reason": reason,
        "rows": rows,
        "labels_different": difference.labels_different if difference else None,
        "difference_below": difference.below() if difference else None,
    }

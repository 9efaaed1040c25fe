"""model.onnx: the whole pipeline, one named input a column, outputs `label` and `probabilities`; or why there is none.

The seam: `export(model, schema)` returns bytes or `Impossible`, `parity.compare` says how far these bytes are from the
model. An exporter replaces another one here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

from builder.crossval import Predicted
from builder.data import Snapshot
from builder.onnx.impossible import Impossible
from builder.onnx.parity import Difference, compare
from builder.onnx.skl2onnx_export import export


@dataclass(frozen=True)
class Exported:
    """ONNX bytes or None; the summary for result.json; exact numbers for the build record."""

    content: Optional[bytes]
    summary: dict
    facts: dict


def export_checked(model: Any, snapshot: Snapshot, expected: Predicted) -> Exported:
    """Export `model` and compare it with `expected` on every row; what does not agree is not exported."""
    rows = len(snapshot.y)
    content = export(model, snapshot.schema)
    if isinstance(content, Impossible):
        return _impossible(content.reason, rows)
    difference = compare(content, snapshot.X, expected)
    if isinstance(difference, Impossible):
        return _impossible(difference.reason, rows)
    reason = difference.objection()
    if reason:
        return _impossible(reason, rows, difference)
    return Exported(content, _summary("exported", None, rows, difference), difference.facts())


def _impossible(reason: str, rows: int, difference: Optional[Difference] = None) -> Exported:
    facts = {"reason": reason, **(difference.facts() if difference else {})}
    return Exported(None, _summary("impossible", reason, rows, difference), facts)


def _summary(status: str, reason: Optional[str], rows: int, difference: Optional[Difference]) -> dict:
    return {
        "status": status,
        "reason": reason,
        "rows": rows,
        "labels_different": difference.labels_different if difference else None,
        "difference_below": difference.below() if difference else None,
    }

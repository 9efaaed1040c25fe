"""model.onnx: the whole pipeline, one named input a column, outputs `label` and `probabilities`; or why there is none.

Our own exporter (`exact/`) is exact in double precision. What it does not know goes to skl2onnx, in single precision;
so does every model whose recipe says `onnx: float32`. No file is published that does not answer as the model does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional, Union

from builder.crossval import Predicted
from builder.data import Snapshot
from builder.onnx import exact_export, parity, skl2onnx_export
from builder.onnx.gate import NAMED, Measured, measure
from builder.onnx.impossible import Impossible

LIMITS = {"exact": parity.EXACT, "float32": parity.SINGLE}
"""By how much probabilities may differ, by the recipe's word for it."""

ADVICE = "`onnx: float32` in the recipe accepts 1e-04"


@dataclass(frozen=True)
class Exported:
    """ONNX bytes or None; the summary for result.json; exact numbers for the build record."""

    content: Optional[bytes]
    summary: dict
    facts: dict


@dataclass(frozen=True)
class Candidate:
    """A file that some exporter wrote, how it was measured, and why our own exporter did not write it."""

    content: bytes
    exporter: str
    measured: Measured
    because: Optional[Impossible] = None


def export_checked(model: Any, snapshot: Snapshot, expected: Predicted, precision: str = "exact") -> Exported:
    """Export `model` and compare it with `expected` on every row; what does not agree is not exported."""
    limit = LIMITS[precision]
    found = _candidate(model, snapshot, expected, precision)
    common = {"precision": precision, "limit": f"{limit:.0e}", "rows": len(snapshot.y)}
    if isinstance(found, Impossible):
        return Exported(None, _impossible(found.reason, common), {"reason": found.reason})
    reason = found.measured.difference.objection()
    if reason and found.because:
        reason = f"{found.because.reason}; skl2onnx: {reason} ({ADVICE})"
    facts = {"reason": reason, "exporter": found.exporter, **found.measured.facts()}
    if found.because:
        facts["because"] = found.because.reason
    summary = {**_summary(found, reason, common), "beyond": _beyond(model, snapshot, found) if reason else None}
    return Exported(None if reason else found.content, summary, facts)


def _candidate(model: Any, snapshot: Snapshot, expected: Predicted, precision: str) -> Union[Candidate, Impossible]:
    if precision == "exact":
        exact = exact_export.export(model, snapshot.schema)
        if not isinstance(exact, Impossible):
            return _measured(exact, "exact", model, snapshot, expected, parity.EXACT)
    single = skl2onnx_export.export(model, snapshot.schema)
    because = exact if precision == "exact" else None
    if isinstance(single, Impossible):
        return Impossible(f"{because.reason}; {single.reason}") if because else single
    return _measured(single, "skl2onnx", model, snapshot, expected, LIMITS[precision], because)


def _measured(
    content: bytes,
    exporter: str,
    model: Any,
    snapshot: Snapshot,
    expected: Predicted,
    limit: float,
    because: Optional[Impossible] = None,
) -> Union[Candidate, Impossible]:
    measured = measure(model, content, snapshot.X, expected, limit)
    if isinstance(measured, Impossible):
        return Impossible(f"{because.reason}; {measured.reason}") if because else measured
    return Candidate(content, exporter, measured, because)


def _summary(found: Candidate, reason: Optional[str], common: dict) -> dict:
    """What result.json says of a file that was measured (contract kind "result", `onnx`)."""
    return {
        **common,
        "status": "impossible" if reason else "exported",
        "reason": reason,
        "exporter": found.exporter,
        "labels_different": found.measured.difference.labels_different,
        "difference_below": found.measured.difference.below(),
        "adversarial_rows": found.measured.adversarial_rows,
        "exempt": found.measured.exempted(),
    }


def _impossible(reason: str, common: dict) -> dict:
    """What result.json says where no exporter wrote a file that runs."""
    nothing = dict.fromkeys(("exporter", "labels_different", "difference_below", "beyond"))
    return {**common, **nothing, "status": "impossible", "reason": reason, "adversarial_rows": 0, "exempt": {}}


def _beyond(model: Any, snapshot: Snapshot, found: Candidate) -> dict:
    """Which step is at fault, on which rows of the snapshot: none where only adversarial rows are answered wrongly."""
    rows = found.measured.difference.beyond
    if found.exporter == "exact":
        asked = snapshot.X.iloc[list(rows)] if rows else snapshot.X
        step = exact_export.step_of(model, snapshot.schema, asked)
    else:
        step = "single precision" if found.because is None else found.because.reason.split(": ")[1]
    return {"step": step, "rows": len(rows), "first": list(rows[:NAMED])}

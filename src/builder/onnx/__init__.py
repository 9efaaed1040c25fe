"""model.onnx: the whole pipeline, one named input a column, the outputs of its kind of answers; or why there is none.

Our own exporter (`exact/`) is exact in double precision. What it does not know goes to skl2onnx, in single precision;
so does every model whose recipe says `onnx: float32`. No file is published that does not answer as the model does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional, Union

from builder.answers import Answers
from builder.data import Snapshot
from builder.onnx import exact_export, parity, skl2onnx_export
from builder.onnx.emitters import Emitters, emitters
from builder.onnx.gate import NAMED, Measured, measure
from builder.onnx.impossible import Impossible

LIMITS = {"exact": parity.EXACT, "float32": parity.SINGLE}
"""By how much numbers may differ, by the recipe's word for it."""

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


@dataclass(frozen=True)
class Export:
    """One fitted pipeline to export: its snapshot, what it answers there, and what its recipe says of ONNX."""

    model: Any
    snapshot: Snapshot
    expected: Answers
    precision: str = "exact"
    emitters: Emitters = field(default_factory=dict)

    @property
    def limit(self) -> float:
        """By how much numbers may differ."""
        return LIMITS[self.precision]

    def candidate(self) -> Union[Candidate, Impossible]:
        """A file and its measure, or why there is none."""
        texts = [column["name"] for column in self.snapshot.schema["columns"] if column["kind"] == "text"]
        if texts:
            # Both exporters cut words otherwise than scikit-learn does.
            return Impossible(f"column {texts[0]!r} holds texts, whose words no exporter finds as scikit-learn does")
        if self.precision != "exact":
            return self._single(None)
        exact = exact_export.export(self.model, self.snapshot.schema, self.emitters, self.expected.OUTPUTS)
        return self._single(exact) if isinstance(exact, Impossible) else self._measured(exact, "exact", None)

    def _single(self, because: Optional[Impossible]) -> Union[Candidate, Impossible]:
        single = skl2onnx_export.export(self.model, self.snapshot.schema, self.expected.OUTPUTS)
        if isinstance(single, Impossible):
            return Impossible(f"{because.reason}; {single.reason}") if because else single
        return self._measured(single, "skl2onnx", because)

    def _measured(self, content: bytes, exporter: str, because: Optional[Impossible]) -> Union[Candidate, Impossible]:
        measured = measure(self.model, content, self.snapshot.X, self.expected, self.limit)
        if isinstance(measured, Impossible):
            return Impossible(f"{because.reason}; {measured.reason}") if because else measured
        return Candidate(content, exporter, measured, because)

    def beyond(self, candidate: Candidate) -> dict:
        """Which step is at fault, on which rows of the snapshot: none where only adversarial rows are wrong."""
        rows = candidate.measured.beyond
        if candidate.exporter == "exact":
            asked = self.snapshot.X.iloc[list(rows)] if rows else self.snapshot.X
            step = exact_export.step_of(self.model, self.snapshot.schema, asked, self.emitters)
        else:
            step = "single precision" if candidate.because is None else candidate.because.reason.split(": ")[1]
        return {"step": step, "rows": len(rows), "first": list(rows[:NAMED])}


def export_checked(model: Any, snapshot: Snapshot, expected: Answers, recipe: dict) -> Exported:
    """Export `model` and compare it with `expected` on every row; what does not agree is not exported."""
    export = Export(model, snapshot, expected, recipe.get("onnx", "exact"), emitters(recipe))
    candidate = export.candidate()
    common = {"precision": export.precision, "limit": f"{export.limit:.0e}", "rows": len(snapshot.y)}
    if isinstance(candidate, Impossible):
        return Exported(None, _impossible(candidate.reason, common), {"reason": candidate.reason})
    reason = candidate.measured.objection(type(expected), len(snapshot.y))
    if reason and candidate.because:
        reason = f"{candidate.because.reason}; skl2onnx: {reason} ({ADVICE})"
    facts = {"reason": reason, "exporter": candidate.exporter, **candidate.measured.facts()}
    if candidate.because:
        facts["because"] = candidate.because.reason
    summary = {**_summary(candidate, reason, common), "beyond": export.beyond(candidate) if reason else None}
    return Exported(None if reason else candidate.content, summary, facts)


def _summary(candidate: Candidate, reason: Optional[str], common: dict) -> dict:
    """What result.json says of a file that was measured (contract kind "result", `onnx`)."""
    return {
        **common,
        "status": "impossible" if reason else "exported",
        "reason": reason,
        "exporter": candidate.exporter,
        "labels_different": candidate.measured.parity.wrong,
        "difference_below": candidate.measured.parity.below(),
        "adversarial_rows": candidate.measured.adversarial_rows,
        "exempt": candidate.measured.exempted(),
    }


def _impossible(reason: str, common: dict) -> dict:
    """What result.json says where no exporter wrote a file that runs."""
    nothing = dict.fromkeys(("exporter", "labels_different", "difference_below", "beyond"))
    return {**common, **nothing, "status": "impossible", "reason": reason, "adversarial_rows": 0, "exempt": {}}

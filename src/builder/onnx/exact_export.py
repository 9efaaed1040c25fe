"""Our own exporter at work: the file in double precision, and its proof on the snapshot and on adversarial rows."""

from __future__ import annotations

from typing import Any, Union

from builder.crossval import Predicted
from builder.onnx import parity
from builder.onnx.impossible import Impossible, impossible
from builder.onnx.parity import Difference

LIMIT = 1e-9
"""Probabilities may differ by this much; labels may not differ."""

PROBES = 600
"""About so many values of all columns together are tried on, beside and around each threshold and value."""


def export(model: Any, schema: dict) -> Union[bytes, Impossible]:
    """The fitted pipeline as ONNX, or what of it has no exact form."""
    from builder.onnx import exact

    columns = [(column["name"], column["kind"], column.get("categories")) for column in schema["columns"]]
    try:
        return exact.export(model, columns)
    except exact.Unsupported as error:
        return impossible("exact export", error)


def compare(model: Any, content: bytes, X: Any, expected: Predicted) -> Union[tuple[Difference, dict], Impossible]:
    """The difference over all rows of `X` and adversarial rows made from them, and facts for the build record.

    `expected` is what the stored model predicts on `X`; the adversarial rows are asked of `model`.
    """
    from builder.onnx.exact.parity import adversarial
    from builder.onnx.exact.parity import compare as proof

    try:
        own = proof(model, content, X)
        probes = adversarial(model, X, per_column=max(4, min(60, PROBES // len(X.columns))))
        probed = proof(model, content, probes)
    except Exception as error:
        return impossible("ONNX Runtime", error)
    stored = parity.compare(content, X, expected)
    if isinstance(stored, Impossible) or (stored.objection() and not own.exempt):
        return stored if isinstance(stored, Impossible) else (stored, {"exporter": "exact"})
    difference = Difference(
        own.labels_different + probed.labels_different, own.rows + probed.rows, max(own.largest, probed.largest), LIMIT
    )
    facts = {
        "exporter": "exact",
        "adversarial_rows": probed.rows,
        "exempt": [list(row) for row in own.exempt],
        "exempt_adversarial": len(probed.exempt),
    }
    return difference, facts

"""signature.json: what the model may be asked, found by asking it: missing values, other words, numbers far away."""

from __future__ import annotations

from typing import Any, Optional

import contract
from builder.answers import Answers
from builder.data import Snapshot
from builder.signature.asked import Asked
from builder.signature.ranges import ranges


def document(
    kind: type[Answers], model: Any, snapshot: Snapshot, onnx: Optional[bytes], limit: float, names: dict
) -> dict:
    """The signature of a fitted pipeline (contract kind "signature"); `names` holds its model and environment.

    What the ONNX file `onnx` does not answer as the model does, within `limit`, is left out of the ranges of numbers.
    """
    texts = frozenset(column["name"] for column in snapshot.schema["columns"] if column["kind"] == "text")
    asked = Asked(kind, model, snapshot.X, onnx, limit, texts)
    spans = ranges(asked, snapshot.schema)
    return {
        "schema_version": contract.version("signature"),
        **names,
        "target": snapshot.schema["target"]["name"],
        **kind.described(model),
        "columns": [_column(asked, column, spans, len(snapshot.y)) for column in snapshot.schema["columns"]],
        **({"reading": snapshot.schema["reading"]} if "reading" in snapshot.schema else {}),
    }


def _column(asked: Asked, column: dict, spans: dict, rows: int) -> dict:
    missing = _missing(asked, column, rows)
    common = {"name": column["name"], "kind": column["kind"], **column.get("about", {})}
    if "missing" in common:
        common["missing_values"] = common["missing"]
    if column["kind"] == "boolean":
        return {**common, "minimum": 0.0, "maximum": 1.0, "missing": missing}
    if column["dtype"] == "float64":
        low, high = spans.get(column["name"], (None, None))
        return {**common, "minimum": low, "maximum": high, "missing": missing}
    if column["kind"] == "text":
        return {**common, "missing": missing}
    other = asked.accepts({column["name"]: asked.other_word(column)})
    categories = {"categories": column["categories"], "other_values": other}
    return {**common, **categories, "missing": missing}


def _missing(asked: Asked, column: dict, rows: int) -> dict:
    """Whether a request may leave this column's value out, and why.

    A model that has an answer although no training row lacked the value, and no step fills it in, has never learned
    what it answers: histogram boosting, say, sends such rows wherever most rows went.
    """
    name, lacking = column["name"], column["missing"]
    if not asked.accepts({name: None}):
        return _decided(False, "the pipeline refuses rows without it")
    if lacking:
        return _decided(True, f"{lacking} of {rows} training rows have none, and the pipeline answers them")
    if asked.fills_in(name):
        return _decided(True, "no training row is without it, but the preprocessing fills it in")
    return _decided(False, "no training row is without it, and no step of the preprocessing fills it in")


def _decided(allowed: bool, because: str) -> dict:
    return {"allowed": allowed, "because": because}

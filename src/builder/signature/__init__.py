"""signature.json: what the model may be asked, found by asking it: missing values, other words, numbers far away."""

from __future__ import annotations

from typing import Any, Optional

import contract
from builder.answers import Answers
from builder.data import Snapshot
from builder.onnx.proof.together import holding
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
    columns = snapshot.schema["columns"]
    decided = _missing(asked, columns, len(snapshot.y))
    spans, others = ranges(asked, snapshot.schema), _others(asked, columns)
    return {
        "schema_version": contract.version("signature"),
        **names,
        "target": snapshot.schema["target"]["name"],
        **kind.described(model),
        "columns": [{**_column(column, spans, others), "missing": decided[column["name"]]} for column in columns],
        **({"reading": snapshot.schema["reading"]} if "reading" in snapshot.schema else {}),
    }


def _column(column: dict, spans: dict, others: set[str]) -> dict:
    common = {"name": column["name"], "kind": column["kind"], **column.get("about", {})}
    if "missing" in common:
        common["missing_values"] = common["missing"]
    if column["kind"] == "boolean":
        return {**common, "minimum": 0.0, "maximum": 1.0}
    if column["dtype"] == "float64":
        low, high = spans.get(column["name"], (None, None))
        return {**common, "minimum": low, "maximum": high}
    if column["kind"] == "text":
        return common
    return {**common, "categories": column["categories"], "other_values": column["name"] in others}


def _others(asked: Asked, columns: list[dict]) -> set[str]:
    """The columns of which the model answers words that are none of their categories."""
    words = {column["name"]: asked.other_word(column) for column in columns if column["kind"] == "categorical"}
    return holding(list(words), lambda names: asked.accepts({name: words[name] for name in names}))


def _missing(asked: Asked, columns: list[dict], rows: int) -> dict[str, dict]:
    """Whether a request may leave each column's value out, and why.

    A model that has an answer although no training row lacked the value, and no step fills it in, has never learned
    what it answers: histogram boosting, say, sends such rows wherever most rows went.
    """
    lacking = {column["name"]: column["missing"] for column in columns}
    answered = holding(list(lacking), lambda names: asked.accepts(dict.fromkeys(names)))
    unlearned = [name for name in lacking if name in answered and not lacking[name]]
    filled = holding(unlearned, asked.fills_in)
    return {name: _reason(name in answered, lacking[name], rows, name in filled) for name in lacking}


def _reason(answered: bool, lacking: int, rows: int, filled: bool) -> dict:
    if not answered:
        return _decided(False, "the pipeline refuses rows without it")
    if lacking:
        return _decided(True, f"{lacking} of {rows} training rows have none, and the pipeline answers them")
    if filled:
        return _decided(True, "no training row is without it, but the preprocessing fills it in")
    return _decided(False, "no training row is without it, and no step of the preprocessing fills it in")


def _decided(allowed: bool, because: str) -> dict:
    return {"allowed": allowed, "because": because}

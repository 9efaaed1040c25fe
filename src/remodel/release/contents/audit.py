"""A model's part of the audit: how it compares with the baseline, in every environment, and what the gate says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from remodel.audit.rulings import Ruling
from remodel.release.contents import documents
from remodel.results.comparison import Comparison


def audit(comparison: Comparison, rulings: Iterable[Ruling], model: str) -> dict[str, Any]:
    """The document of kind "audit" of one model; no ruling where nothing moves, as the release is the baseline."""
    ruling = next((asdict(ruling) for ruling in rulings if ruling.model == model), None)
    return {
        "schema_version": documents.version("audit"),
        "model": model,
        "baseline": comparison.baseline,
        "tolerances": dict(comparison.tolerances),
        "ruling": ruling,
        "entries": [entry.document for entry in comparison.of(model).values()],
    }

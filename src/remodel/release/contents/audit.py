"""A model's part of the audit: how it compares with the baseline, in every environment, and what the gate says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from remodel.audit.gate import Ruling

SCHEMA_VERSION = 1


def audit(comparison: Mapping[str, Any], rulings: Iterable[Ruling], model: str) -> dict[str, Any]:
    """The document of kind "audit" of one model; no ruling where nothing moves, as the release is the baseline."""
    ruling = next((asdict(ruling) for ruling in rulings if ruling.model == model), None)
    return {
        "schema_version": SCHEMA_VERSION,
        "model": model,
        "baseline": comparison["baseline"],
        "tolerances": comparison["tolerances"],
        "ruling": ruling,
        "entries": [entry for entry in comparison["entries"] if entry["model"] == model],
    }

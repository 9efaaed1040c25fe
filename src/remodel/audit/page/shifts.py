"""The small picture of a shift: each score's interval in its region, and how far answers moved, beside what is allowed.

Coordinates are those of an SVG of 120 x 26; nothing is written in it, so that no font can change it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from remodel.audit.differences import KINDS
from remodel.results.answers.scorers import scorers_of
from remodel.results.comparison import Entry

WIDTH, HEIGHT = 120, 26

REGIONS = 3
"""How many regions of equivalence fit to either side of the middle."""

SMALLEST, LARGEST = 1e-9, 1.0
"""What stands at the bottom and at the top of the curve, on a logarithmic axis."""

MOVED: Mapping[str, str | None] = {"probabilities": "at_most", "numbers": "at_most", "decisions": None}
"""What may have moved, and the name of its tolerance; decision scores are held by their order."""


def shift(entry: Entry, tolerances: Mapping[str, Any]) -> dict[str, Any]:
    """What the macro `shift` draws of an entry; nothing where there is no evidence."""
    picture: dict[str, Any] = {"scores": [], "moved": "", "allowed": None, "beyond": False}
    if not entry.evidence:
        return picture
    evidence: Any = entry.evidence
    scorers = scorers_of(evidence["metrics"])
    tests = [evidence["metrics"][scorer.name]["test"] for scorer in scorers]
    step = HEIGHT / (len(tests) + 1)
    picture["scores"] = [
        {
            **{key: _across(test[place], test["region"]) for key, place in PLACES.items()},
            "y": _short(step * (row + 1)),
            "worse": not test["not_worse"],
        }
        for row, test in enumerate(tests)
    ]
    named = ", ".join(scorer.title for scorer in scorers)
    picture["scores_title"] = f"{named}: intervals; the band is what may not matter, left of it is worse"
    key = next((key for key in MOVED if key in evidence), None)
    if key is not None:
        picture |= _moved(key, evidence[key][KINDS[0]]["quantiles"], tolerances.get(key, {}))
    return picture


PLACES = {"low": "low", "mid": "better_by", "high": "high"}


def _moved(key: str, quantiles: list[Mapping[str, float]], allowed: Mapping[str, float]) -> dict[str, Any]:
    points = " ".join(f"{_short(part['share'] * WIDTH)},{_up(part['difference'])}" for part in quantiles)
    name = MOVED[key]
    limit = allowed.get(name) if name else None
    share = allowed.get("quantile", 1.0)
    beyond = limit is not None and any(
        part["difference"] > limit for part in quantiles if part["share"] <= share and part["share"] > 0
    )
    title = f"{key} of all rows, sorted by how far they moved, from {SMALLEST:g} to {LARGEST:g}"
    return {
        "moved": points,
        "moved_title": title if limit is None else f"{title}; the line is what is allowed",
        "allowed": None if limit is None else _up(limit),
        "beyond": beyond,
    }


def _across(value: float, region: float) -> str:
    unit = value / (region or 1.0)
    return _short(WIDTH / 2 + max(-REGIONS, min(REGIONS, unit)) * WIDTH / 2 / REGIONS)


def _up(value: float) -> str:
    share = math.log10(max(value, SMALLEST) / SMALLEST) / math.log10(LARGEST / SMALLEST)
    return _short(HEIGHT - 1 - min(share, 1.0) * (HEIGHT - 2))


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")

"""The defaults of the baseline, which `defaults: pinned` writes out, so that a recipe means the same everywhere."""

from __future__ import annotations

import contextlib
from typing import Any

from builder.compat import history, signatures
from builder.compat.differences.additions import ADDED
from builder.compat.differences.rows import NOTHING
from builder.compat.spelling import spelled
from builder.compat.vocabulary import newest_names, newest_value, same
from container.versions import parsed

DEPRECATED = "deprecated"
"""scikit-learn's default of a parameter that is about to go: nothing is written there."""


def values(owner: str) -> dict[str, Any]:
    """The baseline's defaults of a class in the newest vocabulary; empty where the baseline has no such class.

    A parameter that came later stands for what the baseline does without it.
    """
    known = history.defaults(owner, history.BASELINE)
    newest: dict[str, Any] = {}
    for old in known:
        for name in newest_names(owner, [old]):
            with contextlib.suppress(ValueError):
                if known[old] != signatures.REQUIRED and known[old] != DEPRECATED:
                    newest[name] = newest_value(owner, name, signatures.decoded(known[old]))
    return {**newest, **_later(owner)} if known else {}


def differing(owner: str, here: dict[str, Any]) -> list[dict]:
    """Every parameter whose default in the installed version is not the baseline's, with both, as text."""
    pinned = values(owner)
    spelling = spelled(owner, pinned, here)
    lines = [
        {"parameter": name, "pinned": repr(value), "library": repr(here[name])}
        for name, value in spelling.values.items()
        if name in here and not same(here[name], value) and here[name] != DEPRECATED
    ]
    lines += [
        {"parameter": name, "pinned": repr(pinned[name]), "library": f"not before scikit-learn {since}"}
        for name, since in spelling.lacking.items()
    ]
    return sorted(lines, key=lambda line: line["parameter"])


def _later(owner: str) -> dict[str, Any]:
    rows = [row for row in ADDED if row.owner == owner and row.same_as is not NOTHING]
    return {row.parameter: row.same_as for row in rows if parsed(row.since) > parsed(history.BASELINE)}

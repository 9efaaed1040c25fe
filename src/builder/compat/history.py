"""Which estimators and parameters the versions of scikit-learn have, and their defaults: history.json.

Made by `remodel environment record` from what every locked environment says of itself. For each class: the versions
it is there, and for each parameter a list of [version, default] where a default begins to hold.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Optional

from container.versions import parsed

PATH = Path(__file__).with_name("history.json")

BASELINE = "1.5"
"""The version whose defaults `defaults: pinned` writes out."""

ABSENT = {"_absent_": True}


@lru_cache(maxsize=None)
def read() -> Any:
    """The whole history."""
    return json.loads(PATH.read_text(encoding="utf-8"))


def versions() -> list[str]:
    """The minor versions that are known, oldest first."""
    return list(read()["versions"])


def since(owner: str) -> Optional[str]:
    """The first known version that has the class, or None where none has."""
    estimator = read()["estimators"].get(owner)
    return estimator["in"][0] if estimator else None


def parameters(owner: str) -> dict[str, list]:
    """The parameters that any version of the class has or had."""
    estimator = read()["estimators"].get(owner)
    return dict(estimator["parameters"]) if estimator else {}


def parameter_since(owner: str, name: str) -> Optional[str]:
    """The first known version in which the class has the parameter, or None."""
    spans = parameters(owner).get(name, [])
    return next((version for version, default in spans if default != ABSENT), None)


def defaults(owner: str, version: str) -> dict[str, Any]:
    """The class's parameters in one version, with their defaults as JSON."""
    by_name = {name: _at(spans, version) for name, spans in parameters(owner).items()}
    return {name: default for name, default in by_name.items() if default != ABSENT}


def _at(spans: list, version: str) -> Any:
    latest = ABSENT
    for start, default in spans:
        if parsed(start) <= parsed(version):
            latest = default
    return latest

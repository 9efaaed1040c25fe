"""The files that the two worlds exchange: one JSON Schema each, read and checked in the same way by both.

Needs jsonschema only and runs on every Python that a locked environment has (3.9 and newer).
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema

FOLDER = Path(__file__).parent


class ContractError(ValueError):
    """A document that is not what its schema says; the message names the place and the value."""


@lru_cache(maxsize=None)
def schema(kind: str) -> Any:
    """The JSON Schema of one kind of document ("recipe", "result", ...)."""
    return json.loads((FOLDER / f"{kind}.schema.json").read_text(encoding="utf-8"))


def version(kind: str) -> int:
    """The schema_version that this checkout reads and writes."""
    return int(schema(kind)["properties"]["schema_version"]["const"])


def check(kind: str, document: Any, name: str) -> Any:
    """Return `document`, which came from the file `name`; ContractError unless it fits the schema `kind`.

    An older and a newer schema_version get their own advice.
    """
    found = document.get("schema_version") if isinstance(document, dict) else None
    known = version(kind)
    if isinstance(found, int) and found < known:
        raise ContractError(f"{name} has {kind} schema {found}, this checkout reads {known}: build it again")
    if isinstance(found, int) and found > known:
        raise ContractError(f"{name} has {kind} schema {found}, this checkout reads {known}: update the checkout")
    errors = sorted(jsonschema.Draft202012Validator(schema(kind)).iter_errors(document), key=lambda e: e.json_path)
    if errors:
        raise ContractError(f"{name} is not a valid {kind}: {errors[0].json_path}: {errors[0].message}")
    return document

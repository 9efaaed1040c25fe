"""Parameters by which an estimator opens files or folders: in a recipe and in a .skops file they are refused.

A vectorizer with `input="filename"` opens what the rows of a request name, and its answer tells what stands there.
`memory` keeps pickles in a folder, and loads what it finds.
"""

from __future__ import annotations

import json
from typing import Any, Optional

from builder.trust.nodes import attributes, walk
from builder.trust.refusal import refused


def objection(parameter: str, value: Any) -> Optional[str]:
    """Why a parameter may not have this value; None where it may."""
    if parameter == "input" and value in ("filename", "file"):
        return f"input: {value} opens files that a request names"
    if parameter == "memory" and value is not None:
        return "memory keeps pickles in a folder, and loads what stands there"
    return None


def check(schema: dict) -> None:
    """Raise a build error where an object in a .skops file would open files."""
    for node, _ in walk(schema):
        for name in ("input", "memory"):
            if (inner := attributes(node).get(name)) is not None and (why := objection(name, _value(inner))):
                raise refused(f"holds a {str(node.get('__class__'))[:60]}: {why}")


def _value(node: Any) -> Any:
    """The value of an attribute; what is no plain value stays its node."""
    if isinstance(node, dict) and node.get("__loader__") == "JsonNode":
        try:
            return json.loads(node["content"])
        except (KeyError, TypeError, ValueError, RecursionError):
            return node
    return node

"""The nodes of a skops schema: which kinds may stand there, and that each object stands there once.

Stricter than skops itself: until 0.12 a node of kind MethodNode or OperatorFuncNode could run what the audit had not
seen (CVE-2025-54413, CVE-2025-54412), and no estimator needs them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from builder.trust.refusal import refused

KINDS = frozenset(
    {
        *("BytearrayNode", "BytesNode", "DTypeNode", "DictNode", "FunctionNode", "JsonNode", "ListNode", "LossNode"),
        *(
            "MaskedArrayNode",
            "NdArrayNode",
            "ObjectNode",
            "PartialNode",
            "RandomGeneratorNode",
            "RandomStateNode",
            "SGDNode",
        ),
        *("SetNode", "SliceNode", "SparseMatrixNode", "TreeNode", "TupleNode", "TypeNode"),
    }
)
"""Kinds of nodes that estimators are made of, and whose types skops looks at."""


def check(schema: Any) -> None:
    """Raise a build error where a node is of another kind, or two nodes that say they are one object differ."""
    seen: dict[Any, dict] = {}
    for node, _ in walk(schema):
        kind = node["__loader__"]
        if not isinstance(kind, str) or kind not in KINDS:
            raise refused(f"holds a node of the kind {kind!r}, which no estimator needs")
        number = node.get("__id__")
        # skops takes the first node of a number for all of them: a check of a later one would look at nothing.
        if number is not None and not _same(seen.setdefault(number, node), node):
            raise refused(f"contradicts itself: two different nodes have the number {number}")


def walk(value: Any, owners: tuple[dict, ...] = ()) -> Iterator[tuple[dict, tuple[dict, ...]]]:
    """Every node in a schema with the nodes of kind ObjectNode around it, the nearest first."""
    if isinstance(value, dict):
        if "__loader__" in value:
            yield value, owners
            owners = (value, *owners) if value["__loader__"] == "ObjectNode" else owners
        for item in value.values():
            yield from walk(item, owners)
    elif isinstance(value, list):
        for item in value:
            yield from walk(item, owners)


def _same(left: Any, right: Any) -> bool:
    """Whether two nodes differ in numbers only: what an object holds may be numbered anew wherever it stands."""
    if left is right:
        return True
    if isinstance(left, dict) and isinstance(right, dict):
        names = left.keys() - {"__id__"}
        return names == right.keys() - {"__id__"} and all(_same(left[name], right[name]) for name in names)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_same, left, right))
    return type(left) is type(right) and left == right


def attributes(node: dict) -> dict[str, dict]:
    """The nodes of an object's attributes; none where it is written in another way."""
    content = node.get("content")
    inner = content.get("content") if isinstance(content, dict) else None
    return inner if isinstance(inner, dict) else {}

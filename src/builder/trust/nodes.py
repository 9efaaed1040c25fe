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
    seen: dict[Any, int] = {}
    contents = _Contents()
    for node, _ in walk(schema):
        kind = node["__loader__"]
        if not isinstance(kind, str) or kind not in KINDS:
            raise refused(f"holds a node of the kind {kind!r:.60}, which no estimator needs")
        if not all(isinstance(node.get(name, ""), str) for name in ("__class__", "__module__")):
            raise refused("holds a node whose class has no name")
        number = node.get("__id__")
        if number is None:
            continue
        if not isinstance(number, int):
            raise refused(f"holds a node with the number {number!r:.60}")
        # skops takes the first node of a number for all of them: a check of a later one would look at nothing.
        content = contents.number(node)
        if seen.setdefault(number, content) != content:
            raise refused(f"contradicts itself: two different nodes have the number {number}")


def walk(value: Any) -> Iterator[tuple[dict, tuple[dict, ...]]]:
    """Every node in a schema with the nodes of kind ObjectNode around it, the nearest first."""
    left: list[tuple[Any, tuple[dict, ...]]] = [(value, ())]
    while left:
        item, owners = left.pop()
        if isinstance(item, dict):
            if "__loader__" in item:
                yield item, owners
                owners = (item, *owners) if item["__loader__"] == "ObjectNode" else owners
            left += [(inner, owners) for inner in reversed(list(item.values()))]
        elif isinstance(item, list):
            left += [(inner, owners) for inner in reversed(item)]


class _Contents:
    """Numbers values so that equal ones have one number, each looked at once: comparing them pair by pair, a file of
    three megabytes whose nodes repeat themselves takes half a minute. `__id__` is left out: what an object holds may be
    numbered anew wherever it stands."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}
        self._known: dict[int, int] = {}

    def number(self, value: Any) -> int:
        """The number of a value that lives as long as this object."""
        if not isinstance(value, (dict, list)):
            return self._of((type(value), value))
        if id(value) not in self._known:
            if isinstance(value, dict):
                parts = [(name, self.number(item)) for name, item in sorted(value.items()) if name != "__id__"]
            else:
                parts = [self.number(item) for item in value]
            self._known[id(value)] = self._of((type(value), tuple(parts)))
        return self._known[id(value)]

    def _of(self, key: Any) -> int:
        return self._numbers.setdefault(key, len(self._numbers))


def attributes(node: dict) -> dict[str, dict]:
    """The nodes of an object's attributes; none where it is written in another way."""
    content = node.get("content")
    inner = content.get("content") if isinstance(content, dict) else None
    return inner if isinstance(inner, dict) else {}

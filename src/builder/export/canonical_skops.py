"""Rewrites a skops file so that equal models have equal bytes.

skops 0.10 to 0.16 names members and ids after memory addresses and random uuids, stores times, writes sets in hash
order, and keeps whatever memory held in the padding of struct arrays. Loading is not affected by any of it: a node
with an id is loaded once for all places that have it, a member is found by the name in its node.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import numpy

from contract.files import sha256_bytes

SCHEMA = "schema.json"

IMMUTABLE = frozenset({"JsonNode", "TupleNode", "TypeNode", "FunctionNode", "SliceNode"})
"""Nodes that need no identity. Whether two equal strings or numbers are one object is the interpreter's own business
and differs between its patch versions."""

DATE = (1980, 1, 1, 0, 0, 0)


def canonical(content: bytes) -> bytes:
    """The canonical bytes of a skops file."""
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        schema = json.loads(source.read(SCHEMA))
        members = _Members(source)
        schema = _Numbered().visit(members.renamed(schema))
    text = json.dumps(schema, separators=(",", ":"), ensure_ascii=False).encode()
    return archive({**members.contents, SCHEMA: text})


def archive(contents: dict[str, bytes]) -> bytes:
    """A zip file of stored entries in the order of their names, all with one date and no other metadata."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as target:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, DATE)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            target.writestr(entry, contents[name])
    return buffer.getvalue()


class _Members:
    """The files inside a skops file, each cleaned and named after its content."""

    def __init__(self, source: zipfile.ZipFile) -> None:
        self._source = source
        self._names: dict[str, str] = {}
        self.contents: dict[str, bytes] = {}

    def renamed(self, node: Any) -> Any:
        """The schema with every member's new name."""
        if isinstance(node, list):
            return [self.renamed(item) for item in node]
        if not isinstance(node, dict):
            return node
        changed = {key: self.renamed(value) for key, value in node.items()}
        if "__loader__" in node and isinstance(node.get("file"), str):
            changed["file"] = self._name(node["file"])
        return changed

    def _name(self, old: str) -> str:
        if old not in self._names:
            suffix = old[old.rindex(".") :]
            content = cleaned(suffix, self._source.read(old))
            self._names[old] = sha256_bytes(content)[:32] + suffix
            self.contents[self._names[old]] = content
        return self._names[old]


def cleaned(suffix: str, content: bytes) -> bytes:
    """One member without struct padding (.npy), or stored again in the canonical order (.npz)."""
    if suffix == ".npy":
        return _without_padding(content)
    if suffix == ".npz":
        with zipfile.ZipFile(io.BytesIO(content)) as source:
            return archive({name: cleaned(name[name.rindex(".") :], source.read(name)) for name in source.namelist()})
    return content


def _without_padding(content: bytes) -> bytes:
    array = numpy.load(io.BytesIO(content), allow_pickle=False)
    if array.dtype.names is None:
        return content
    # A copy made field by field into zeroed memory: assigning whole records would copy the padding, too.
    clean = numpy.zeros(array.shape, array.dtype)
    for name in array.dtype.names:
        clean[name] = array[name]
    buffer = io.BytesIO()
    numpy.save(buffer, clean, allow_pickle=False)
    return buffer.getvalue()


class _Numbered:
    """Ids numbered by first occurrence, and the items of sets in the order of their text."""

    def __init__(self) -> None:
        self._ids: dict[int, int] = {}

    def visit(self, node: Any) -> Any:
        """The node with new ids, its keys in their old order."""
        if isinstance(node, list):
            return [self.visit(item) for item in node]
        if not isinstance(node, dict):
            return node
        if node.get("__loader__") == "SetNode":
            node = {**node, "content": sorted(node["content"], key=_text)}
        changed = dict(node)
        old = changed.pop("__id__", None)
        if old is not None and node.get("__loader__") not in IMMUTABLE:
            changed["__id__"] = self._ids.setdefault(old, len(self._ids) + 1)
        return {key: value if key == "__id__" else self.visit(value) for key, value in changed.items()}


def _text(node: Any) -> str:
    return json.dumps(_anonymous(node), sort_keys=True)


def _anonymous(node: Any) -> Any:
    """The node without ids, whose text then depends on its content only."""
    if isinstance(node, list):
        return [_anonymous(item) for item in node]
    if isinstance(node, dict):
        return {key: _anonymous(value) for key, value in node.items() if key != "__id__"}
    return node

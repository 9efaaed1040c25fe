"""Differences of two skops files: the path of the attribute, and inside an array the first index."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import numpy

from bench.diff import arrays
from bench.diff.difference import ByteDifference, of_values, shortened
from bench.diff.json_files import step

SILENT = ("__id__", "file")
"""Numbers of objects and names of members follow from the content: they are named where nothing else is."""


def differences(left: bytes, right: bytes) -> Iterator[ByteDifference]:
    """Content first; the schema.json as it stands where all content is the same."""
    with zipfile.ZipFile(io.BytesIO(left)) as here, zipfile.ZipFile(io.BytesIO(right)) as there:
        pair = _Pair(here, there)
        schemas = [json.loads(source.read("schema.json")) for source in (here, there)]
        content = list(pair.walk(*schemas, "")) or list(pair.walk(*schemas, "", SILENT[1:]))
        yield from content or pair.members()


class _Pair:
    """Two archives that are read side by side."""

    def __init__(self, left: zipfile.ZipFile, right: zipfile.ZipFile) -> None:
        self._left, self._right = left, right

    def walk(self, left: Any, right: Any, place: str, silent: tuple = SILENT) -> Iterator[ByteDifference]:
        """The differences of two nodes, or of what stands in nodes."""
        if isinstance(left, dict) and isinstance(right, dict):
            yield from self._mappings(left, right, place, silent)
        elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
            for number, pair in enumerate(zip(left, right)):
                yield from self.walk(*pair, f"{place}[{number}]", silent)
        elif left != right:
            yield of_values(place.lstrip(".") or "the whole", _value(left), _value(right))

    def _mappings(self, left: dict, right: dict, place: str, silent: tuple) -> Iterator[ByteDifference]:
        shared = [key for key in left if key in right]
        for key in [*left, *(key for key in right if key not in left)]:
            inner = place if key == "content" and "__loader__" in left else f"{place}{step(key)}"
            if key not in shared:
                sides = (shortened(repr(_value(side[key]))) if key in side else None for side in (left, right))
                yield ByteDifference(inner.lstrip("."), *sides)
            elif key not in silent:
                yield from self.walk(left[key], right[key], inner, silent)
        if shared != [key for key in right if key in left]:
            yield of_values(f"{place.lstrip('.')}, order of keys", list(left), list(right))
        if isinstance(left.get("file"), str) and isinstance(right.get("file"), str):
            yield from self._file(left["file"], right["file"], place.lstrip("."))

    def _file(self, left: str, right: str, place: str) -> Iterator[ByteDifference]:
        contents = (self._left.read(left), self._right.read(right))
        if contents[0] == contents[1]:
            return
        if not left.endswith((".npy", ".npz")):
            yield of_values(place, *contents)
            return
        here, there = (numpy.load(io.BytesIO(content), allow_pickle=False) for content in contents)
        if isinstance(here, numpy.ndarray):
            yield from arrays.differences(here, there, place)
            return
        if sorted(here.files) != sorted(there.files):
            yield of_values(f"{place}, its arrays", sorted(here.files), sorted(there.files))
        for name in here.files:
            if name in there.files:
                yield from arrays.differences(here[name], there[name], f"{place}.{name}")

    def members(self) -> Iterator[ByteDifference]:
        """Members that only one side has, or that differ in nothing that their content says."""
        names = [source.namelist() for source in (self._left, self._right)]
        if names[0] != names[1]:
            yield of_values("members", *names)
        for name in names[0]:
            if name in names[1] and self._left.read(name) != self._right.read(name):
                yield of_values(f"member {name}", self._left.read(name), self._right.read(name))


def _value(node: Any) -> Any:
    """What a JsonNode holds, or the node itself."""
    is_json = isinstance(node, dict) and node.get("__loader__") == "JsonNode"
    return node["content"] if is_json else node

"""The parameters that each estimator of a model really had, defaults included, read from model.skops.

The file is a zip whose schema.json describes the objects; nothing is loaded and scikit-learn is not needed.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from remodel.errors import StorageError
from remodel.results.documents import REPRODUCE, require

Node = Mapping[str, Any]
"""One object as skops describes it."""

TEMPLATE = ("estimator", "base_estimator", "estimator_params")
"""What a forest keeps of the tree that it makes all others from: repeats its own parameters."""

LARGEST = 256 << 20
"""Bytes of a schema.json: as many as the builder's own check reads."""


def read_parameters(path: Path) -> dict[str, str]:
    """Values as JSON text by dotted name: {"classifier": "LogisticRegression", "classifier.C": "1.0", ...}.

    What an estimator learned (names that end with "_") and private state are left out.
    """
    require(path)
    try:
        with zipfile.ZipFile(path) as archive:
            document = json.loads(_read(archive, "schema.json"))
        return dict(_estimator(document, ""))
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise StorageError(f"{path} is not a valid skops file: {error}", REPRODUCE) from error


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    size = archive.getinfo(name).file_size
    if size > LARGEST:
        raise ValueError(f"{name} has {size} bytes, and {LARGEST} is the most")
    return archive.read(name)


def _estimator(node: Node, place: str) -> Iterator[tuple[str, str]]:
    """The class of an estimator, and its parameters and those of its steps."""
    if place:
        yield place, node["__class__"]
    attributes = node["content"]["content"]
    skipped = TEMPLATE if attributes.get("estimator_params", {}).get("content") else ()
    for name, value in attributes.items():
        if not name.startswith("_") and not name.endswith("_") and name not in skipped:
            yield from _value(value, f"{place}.{name}" if place else name)


def _value(node: Node, place: str) -> Iterator[tuple[str, str]]:
    if _is_estimator(node):
        yield from _estimator(node, place)
    elif steps := list(_steps(node)):
        # A step is known by its own name: "preprocessing.scale", not "preprocessing.steps.scale".
        parent = place.rpartition(".")[0]
        for name, step in steps:
            yield from _value(step, f"{parent}.{name}" if parent else name)
    elif (text := _text(node)) is not None:
        yield place, text


def _is_estimator(node: Node) -> bool:
    content = node.get("content")
    return node["__loader__"] == "ObjectNode" and isinstance(content, dict) and content.get("__loader__") == "DictNode"


def _steps(node: Node) -> Iterator[tuple[str, Node]]:
    """The (name, estimator, ...) tuples of a list of named steps."""
    if node["__loader__"] != "ListNode":
        return
    for item in node["content"]:
        if item["__loader__"] == "TupleNode" and len(item["content"]) > 1 and "is_json" in item["content"][0]:
            yield json.loads(item["content"][0]["content"]), item["content"][1]


def _text(node: Node) -> str | None:
    """A plain value as JSON; None for arrays and other objects, which are no settings."""
    if node["__loader__"] == "JsonNode":
        return str(node["content"])
    if node["__loader__"] in ("ListNode", "TupleNode"):
        items = [_text(item) for item in node["content"]]
        return None if None in items else f"[{', '.join(map(str, items))}]"
    if node["__loader__"] in ("FunctionNode", "TypeNode"):
        return f"{node['__module__']}.{node['__class__']}"
    return None

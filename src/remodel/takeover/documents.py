"""The JSON documents that come back: read strictly, and held against their schema before anything in them is used."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

import contract
from contract.bounded import LARGEST, Malformed, parse
from remodel.takeover.left import Left

if TYPE_CHECKING:
    from jsonschema.protocols import Validator


def check(left: Left, name: str, kind: str, content: bytes) -> Any:
    """The document in `content`, which came from the file `name`, of contract kind `kind`; BuildError otherwise."""
    try:
        document = parse(content)
    except Malformed as error:
        raise left.refused(f"left no valid JSON in {left.called(name)}: {error}") from error
    # The first error and no list of all: a hostile document may have millions.
    wrong = next(_validator(kind).iter_errors(document), None)
    if wrong is not None:
        raise left.refused(f"left no valid {kind} in {left.called(name)}: {wrong.json_path}: {wrong.message[:400]}")
    return document


def take(left: Left, name: str, kind: str) -> Any:
    """Read a document of contract kind `kind`."""
    return check(left, name, kind, left.read(name, LARGEST))


@cache
def _validator(kind: str) -> Validator:
    import jsonschema

    def unique(validator: Validator, wanted: bool, instance: Any, schema: Any) -> Iterable[Any]:
        if wanted and isinstance(instance, list) and _has_twice(instance):
            yield jsonschema.ValidationError("an item is there twice")

    # jsonschema's own compares each item with each other where they cannot be sorted: hours, for a list of millions.
    extend: Any = jsonschema.validators.extend
    made = extend(jsonschema.Draft202012Validator, {"uniqueItems": unique})
    validator: Validator = made(contract.schema(kind))
    return validator


def _has_twice(items: list[Any]) -> bool:
    texts = {json.dumps(item, sort_keys=True) for item in items}
    return len(texts) < len(items)

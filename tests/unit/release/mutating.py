"""Changes JSON at random: a value, a key, the text. The same seed gives the same changes."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from remodel.files import canonical_json

VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.0,
    1e300,
    1 << 62,
    "",
    "../../../etc/shadow",
    "a\nb\x1b[2J",
    "\u202e",
    "sha256:" + "0" * 64,
    "x" * 5000,
    [],
    {},
    [[]],
    {"": None},
)


def mutants(content: bytes, chance: random.Random) -> Iterator[bytes]:
    """Endlessly many texts like a JSON text, each with one change; not all of them are JSON."""
    document = json.loads(content)
    while True:
        if chance.random() < 0.3:
            yield chance.choice(TEXTS)(content, chance)
        else:
            changed = copy.deepcopy(document)
            yield canonical_json(_change(changed, chance))


def _change(document: Any, chance: random.Random) -> Any:
    """One change at a place that is chosen as often as any other."""
    places = list(_places(document))
    if not places or chance.random() < 0.02:
        return chance.choice(VALUES)
    holder, key = chance.choice(places)
    how = chance.randrange(6)
    if how == 0:
        del holder[key]
    elif how == 1:
        other, other_key = chance.choice(places)
        holder[key] = copy.deepcopy(other[other_key])
    elif how == 2 and isinstance(holder, dict):
        holder[chance.choice(("", "urls", "data", "digest", "subject", str(key).upper()))] = holder.pop(key)
    elif how == 3 and isinstance(holder, list):
        holder.insert(0, copy.deepcopy(holder[key]))
    elif how == 4 and isinstance(holder[key], int):
        holder[key] = float(holder[key])
    else:
        holder[key] = chance.choice(VALUES)
    return document


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every value in a document, by what holds it and where."""
    keys: Any = node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        yield node, key
        yield from _places(node[key])


def _flip(content: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << chance.randrange(8)]) + content[place + 1 :]


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def _nest(content: bytes, chance: random.Random) -> bytes:
    colons = [place for place, byte in enumerate(content) if byte == ord(":")] or [0]
    place = chance.choice(colons) + 1
    return content[:place] + b"[" * 50_000 + b"]" * 50_000 + content[place:]


def _number(content: bytes, chance: random.Random) -> bytes:
    number = chance.choice((b"NaN", b"-Infinity", b"1" * 5000, b"1e999", b"0x1"))
    return content.replace(b": ", b": " + number + b', "": ', 1)


def _twice(content: bytes, chance: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    place = chance.randrange(len(lines))
    return b"".join([*lines[: place + 1], *lines[place:]])


TEXTS: tuple[Callable[[bytes, random.Random], bytes], ...] = (_flip, _cut, _nest, _number, _twice)

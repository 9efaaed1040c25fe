"""How a valid file is changed: by its structure (nodes, fields, members, headers, cells), and byte by byte.

Every function takes a source of chance and a file, and gives a changed one; the same chance gives the same file.
"""

from __future__ import annotations

import copy
import hashlib
import io
import json
import random
import re
import zipfile
from collections.abc import Callable
from typing import Any

Mutation = Callable[[random.Random, bytes], bytes]

NUMBERS = (
    0,
    1,
    -1,
    2,
    127,
    128,
    255,
    256,
    65535,
    1 << 31,
    (1 << 31) - 1,
    1 << 32,
    1 << 63,
    (1 << 63) - 1,
    (1 << 64) - 1,
)
VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1 << 31, 1 << 63, 1 << 64, 10**400, 0.5, -0.0, 1e308, float("nan"), float("inf")),
    *("", "\0", "\ud800", "é" * 50, "x" * 100_000, "../../etc/passwd", "/etc/passwd", "${oc.env:HOME}", "\x1b[31m"),
    *([], {}, [[]], {"": None}, {"__proto__": 1}, [0] * 1000, "sha256:../../x", "2026-01-01", "1e5", "null", "-"),
)


def of_bytes(chance: random.Random, content: bytes) -> bytes:
    """One to four changes anywhere: bits, bytes, pieces that are cut, doubled, moved."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        place, size = chance.randrange(len(changed) + 1), chance.choice((1, 1, 2, 4, 8, 64))
        kind = chance.randrange(7)
        if kind == 0 and place < len(changed):
            changed[place] ^= 1 << chance.randrange(8)
        elif kind == 1:
            changed[place : place + 1] = bytes([chance.randrange(256)])
        elif kind == 2:
            del changed[place : place + size]
        elif kind == 3:
            changed[place:place] = changed[place : place + size] * chance.choice((1, 2, 50))
        elif kind == 4:
            width = chance.choice((1, 2, 4, 8))
            number = chance.choice(NUMBERS) & (1 << 8 * width) - 1
            changed[place : place + width] = number.to_bytes(width, chance.choice(("little", "big")))
        elif kind == 5:
            del changed[place:]
        else:
            other = chance.randrange(len(changed) + 1)
            changed[place : place + size] = changed[other : other + size]
    return bytes(changed)


def of_json(chance: random.Random, content: bytes) -> bytes:
    """Nodes of a JSON text: other values, keys gone, new, or there twice, parts somewhere else, depth."""
    document = json.loads(content)
    for _ in range(chance.choice((1, 1, 2, 3))):
        document = _changed(chance, document)
    text = json.dumps(document)
    if chance.random() < 0.1:
        names = re.findall(r'"[a-z_]+": ', text)
        if names:
            name = chance.choice(names)
            text = text.replace(name, f"{name}null, {name}", 1)
    if chance.random() < 0.03:
        text = chance.choice(("[", '{"a":')) * chance.choice((50, 5_000, 200_000)) + text
    return text.encode("utf-8", "surrogatepass")


def _value(chance: random.Random) -> Any:
    """One of VALUES, as an object of its own."""
    return copy.deepcopy(chance.choice(VALUES))


def _places(node: Any) -> list[tuple[Any, Any]]:
    """Every container with each of its keys."""
    left, found = [node], []
    while left:
        item = left.pop()
        if isinstance(item, (dict, list)):
            keys = list(item) if isinstance(item, dict) else range(len(item))
            found += [(item, key) for key in keys]
            left += [item[key] for key in keys]
    return found


def _changed(chance: random.Random, document: Any) -> Any:
    places = _places(document)
    if not places or chance.random() < 0.01:
        return _value(chance)
    parent, key = chance.choice(places)
    kind = chance.randrange(6)
    if kind == 0:
        del parent[key]
    elif kind == 1 and isinstance(parent, dict):
        parent[chance.choice((f"{key}x", "", "schema_version", "é", "a/b"))] = _value(chance)
    elif kind == 2:
        other, at = chance.choice(places)
        with_it = other[at] if (at in other if isinstance(other, dict) else at < len(other)) else None
        parent[key] = json.loads(json.dumps(with_it))
    elif kind == 3:
        for _ in range(chance.choice((1, 3, 200))):
            parent[key] = [parent[key]]
    elif kind == 4 and isinstance(parent[key], (int, float)):
        parent[key] = chance.choice((parent[key] + 1, -parent[key], parent[key] * 1e9, chance.choice(NUMBERS)))
    else:
        parent[key] = _value(chance)
    return document


def of_protobuf(chance: random.Random, content: bytes) -> bytes:
    """Fields of a message, at any depth: gone, twice, in another order, with other numbers, kinds and contents."""
    parts = fields(content)
    if not parts:
        return of_bytes(chance, content)
    at = chance.randrange(len(parts))
    number, wire, value = parts[at]
    if wire == 2 and value and chance.random() < 0.8 and fields(value):
        parts[at] = (number, wire, of_protobuf(chance, value))
        return joined(parts)
    kind = chance.randrange(7)
    if kind == 0:
        del parts[at]
    elif kind == 1:
        parts.insert(chance.randrange(len(parts) + 1), parts[at])
    elif kind == 2:
        chance.shuffle(parts)
    elif kind == 3:
        parts[at] = (chance.choice((number + 1, chance.randrange(1, 30), 1 << 28)), wire, value)
    elif kind == 4:
        parts[at] = (number, chance.randrange(8), value)
    elif wire == 0:
        parts[at] = (number, wire, varint(chance.choice(NUMBERS)))
    else:
        parts[at] = (number, wire, of_bytes(chance, value) if value else bytes(chance.choice((1, 100))))
    return joined(parts)


def varint(number: int) -> bytes:
    """A number as protocol buffers write it."""
    number &= (1 << 64) - 1
    out = b""
    while number >= 0x80:
        out, number = out + bytes([number & 0x7F | 0x80]), number >> 7
    return out + bytes([number])


def fields(content: bytes) -> list[tuple[int, int, bytes]]:
    """Number, wire type and bytes of each field; none where this is no message."""
    place, parts = 0, []
    while place < len(content):
        key, place = _number(content, place)
        if key is None or key >> 3 == 0 or key & 7 not in (0, 1, 2, 5):
            return []
        start, size = place, {1: 8, 5: 4}.get(key & 7, 0)
        if key & 7 == 0:
            value, place = _number(content, place)
            if value is None:
                return []
        else:
            if key & 7 == 2:
                size, start = _number(content, place)
                if size is None:
                    return []
            place = start + size
        if place > len(content):
            return []
        parts.append((key >> 3, key & 7, content[start:place]))
    return parts


def _number(content: bytes, place: int) -> tuple[Any, int]:
    value = shift = 0
    while place < len(content) and shift < 70:
        byte = content[place]
        value, shift, place = value | (byte & 0x7F) << shift, shift + 7, place + 1
        if byte < 0x80:
            return value, place
    return None, place


def joined(parts: list[tuple[int, int, bytes]]) -> bytes:
    """The message of these fields."""
    return b"".join(
        varint(number << 3 | wire) + (varint(len(value)) if wire == 2 else b"") + value for number, wire, value in parts
    )


HEADER = re.compile(rb"\{'descr'.*?\}", re.DOTALL)
DESCRS = (
    b"'|O'",
    b"'<f8'",
    b"'<i8'",
    b"'|b1'",
    b"'<U99999999'",
    b"'V0'",
    b"[('a', '<f8')]",
    b"[]",
    b"{}",
    b"'x'",
    b"None",
)
SHAPES = (
    b"()",
    b"(0,)",
    b"(1,)",
    b"(-1,)",
    b"(999999999999,)",
    b"(2, 2)",
    b"(1" + b"0" * 5000 + b",)",
    b"5",
    b"('a',)",
)


def of_array(chance: random.Random, content: bytes) -> bytes:
    """The header of an array file, or its numbers."""
    found = HEADER.search(content)
    if found is None or chance.random() < 0.5:
        return (
            of_bytes(chance, content[128:])
            if chance.random() < 0.05
            else content[:128] + of_bytes(chance, content[128:])
        )
    header = found.group()
    if chance.random() < 0.5:
        header = re.sub(rb"'descr': .*?, 'fortran", b"'descr': " + chance.choice(DESCRS) + b", 'fortran", header)
    else:
        header = re.sub(rb"'shape': \(.*?\)", lambda _: b"'shape': " + chance.choice(SHAPES), header)
    text = header + b" " * (-(10 + len(header) + 1) % 64) + b"\n"
    return (
        content[:8] + len(text).to_bytes(2, "little") + text + content[found.end() :].lstrip(b" ,").removeprefix(b"\n")
    )


def of_skops(chance: random.Random, content: bytes) -> bytes:
    """The schema or an array of a skops file, packed again with its digests put right; or its bytes."""
    if chance.random() < 0.15:
        return of_bytes(chance, content)
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        members = {name: source.read(name) for name in source.namelist()}
    schema = members.pop("schema.json")
    arrays = [name for name in members if name.endswith(".npy")]
    if arrays and chance.random() < 0.5:
        old = chance.choice(arrays)
        changed = of_array(chance, members.pop(old))
        new = hashlib.sha256(changed).hexdigest()[:32] + ".npy"
        members[new], schema = changed, schema.replace(old.encode(), new.encode())
    else:
        schema = of_json(chance, schema)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as target:
        for name in sorted({**members, "schema.json": schema}):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            target.writestr(entry, members.get(name, schema))
    return buffer.getvalue()


CELLS = (
    "",
    '""',
    '"',
    "nan",
    "inf",
    "1e999",
    "-",
    "é",
    "\0",
    "x" * 200_000,
    "1,2",
    '"a\nb"',
    "\r",
    "'",
    "=1+1",
    "\ufeff",
    "0x10",
)


def of_csv(chance: random.Random, content: bytes) -> bytes:
    """Cells and lines of a CSV file."""
    lines = [line.split(",") for line in content.decode().split("\n")]
    for _ in range(chance.choice((1, 1, 2, 3))):
        line = chance.choice(lines[:1] if chance.random() < 0.2 else lines)
        at, kind = chance.randrange(len(line)), chance.randrange(6)
        if kind < 3:
            line[at] = chance.choice(CELLS)
        elif kind == 3:
            line.insert(at, chance.choice(CELLS))
        elif kind == 4 and len(line) > 1:
            del line[at]
        else:
            lines.insert(chance.randrange(len(lines)), list(chance.choice(lines)) if chance.random() < 0.7 else [""])
    return "\n".join(map(",".join, lines)).encode("utf-8", "surrogatepass")


def of_yaml(chance: random.Random, content: bytes) -> bytes:
    """Lines of a YAML text: gone, twice, indented, with other values, tags, anchors and aliases."""
    lines = content.decode().split("\n")
    for _ in range(chance.choice((1, 1, 2, 3))):
        at, kind = chance.randrange(len(lines)), chance.randrange(6)
        if kind == 0:
            del lines[at]
        elif kind == 1:
            lines.insert(at, chance.choice(lines))
        elif kind == 2:
            lines[at] = chance.choice((" ", "  ", "- ", "\t")) + lines[at]
        elif kind == 3:
            words = (
                "!!python/object/apply:os.system [id]",
                "&a [*a]",
                "*a",
                "null",
                "[[[[",
                "{",
                "'",
                "2026-01-01",
                "|",
                "1_000",
            )
            lines[at] = lines[at].partition(":")[0] + ": " + chance.choice(words)
        else:
            lines[at] = of_bytes(chance, lines[at].encode()).decode("utf-8", "replace")
        lines = lines or [""]
    return "\n".join(lines).encode()


def of_parquet(chance: random.Random, content: bytes) -> bytes:
    """The footer of a Parquet file, which says where everything is, or the pages."""
    size = int.from_bytes(content[-8:-4], "little")
    start = max(4, len(content) - 8 - size)
    kind = chance.random()
    if kind < 0.6:
        return content[:start] + _same_length(chance, content[start:-8]) + content[-8:]
    if kind < 0.9:
        return content[:4] + _same_length(chance, content[4:start]) + content[start:]
    return of_bytes(chance, content)


def _same_length(chance: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5))):
        place = chance.randrange(len(changed))
        changed[place] = chance.choice((changed[place] ^ 1 << chance.randrange(8), 0, 255, 0x7F, chance.randrange(256)))
    return bytes(changed)

"""A .skops file taken apart: its schema and its members, read whole and compared with their own names."""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

import numpy

from builder.export.canonical_skops import archive
from builder.trust import arrays
from builder.trust.refusal import refused
from container.errors import first_line
from contract.files import sha256_bytes

SCHEMA = "schema.json"

DAMAGE = (zipfile.BadZipFile, zlib.error, KeyError, ValueError, EOFError, NotImplementedError, RuntimeError, OSError)
"""What reading a truncated or tampered zip file or its JSON raises (RecursionError is a RuntimeError)."""

LARGEST = 4 << 30
LARGEST_SCHEMA = 256 << 20
MOST_MEMBERS = 100_000
"""Bytes of a file and of its schema, and members: what is larger is not read."""

LONGEST_NUMBER = 4000
"""Digits of a whole number."""

NAME = re.compile(r"[0-9a-f]{32}\.[a-z]{1,8}")
"""A member is named after its content."""


@dataclass(frozen=True)
class Archive:
    """The schema, and the bytes of every other member by name."""

    schema: dict
    members: dict[str, bytes]

    def array(self, node: dict) -> numpy.ndarray:
        """The array of an NdArrayNode. Raises KeyError or ValueError where there is none."""
        return numpy.load(io.BytesIO(self.members[node["file"]]), allow_pickle=False)


def read(content: bytes) -> Archive:
    """Take a file in canonical form apart. Raises a build error where it is damaged or in another form."""
    try:
        members = unpacked(content)
        text = members.pop(SCHEMA)
        if len(text) > LARGEST_SCHEMA:
            raise ValueError(f"{SCHEMA} has {len(text)} bytes, and {LARGEST_SCHEMA} is the most")
        schema = json.loads(text, parse_int=whole)
        for name, member in members.items():
            _check_member(name, member)
    except DAMAGE as error:
        raise refused(f"is damaged: {first_line(error)}") from error
    if not isinstance(schema, dict):
        raise refused(f"is damaged: {SCHEMA} is no mapping")
    return Archive(schema, members)


def unpacked(content: bytes) -> dict[str, bytes]:
    """The members of a zip file that is what `canonical_skops.archive` makes of them, to the byte.

    So there are no names twice, members in each other, links, passwords, or bytes that another reader would find.
    Raises one of DAMAGE.
    """
    if len(content) > LARGEST:
        raise ValueError(f"it has {len(content)} bytes, and {LARGEST} is the most")
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        _check_entries(source.infolist(), len(content))
        members = {name: source.read(name) for name in source.namelist()}
    if archive(members) != content:
        raise ValueError("it is not packed as the builder packs")
    return members


def _check_entries(entries: list[zipfile.ZipInfo], size: int) -> None:
    """Stored once each: two of one name are read differently by different readers, and packed ones may be huge."""
    names = [entry.filename for entry in entries]
    if len(names) > MOST_MEMBERS:
        raise ValueError(f"it has {len(names)} members, and {MOST_MEMBERS} is the most")
    if len(set(names)) != len(names):
        raise ValueError("a member stands in it twice")
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
        raise ValueError("a member is compressed")
    if sum(entry.file_size for entry in entries) > size:
        raise ValueError("its members are larger than itself")


def _check_member(name: str, member: bytes) -> None:
    if not NAME.fullmatch(name) or name.partition(".")[0] != sha256_bytes(member)[:32]:
        raise ValueError(f"the content of {name!r:.60} is not what its name says")
    if name.endswith(".npy"):
        arrays.check(member)
    if name.endswith(".npz"):
        for inner, content in unpacked(member).items():
            if not inner.endswith(".npy"):
                raise ValueError(f"{name} holds {inner!r:.60}, which is no array")
            arrays.check(content)


def whole(digits: str) -> int:
    """A whole number of a JSON text; ValueError where it is long enough to keep some Pythons busy for hours."""
    if len(digits) > LONGEST_NUMBER:
        raise ValueError(f"a whole number has {len(digits)} digits")
    return int(digits)


def plain(node: Any) -> Any:
    """The value of a JsonNode. Raises KeyError, TypeError or ValueError where the node is none."""
    return json.loads(node["content"], parse_int=whole)

"""A .skops file taken apart: its schema and its members, read whole and compared with their own names."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

import numpy

from builder.trust.refusal import refused
from container.errors import first_line
from contract.files import sha256_bytes

SCHEMA = "schema.json"

DAMAGE = (zipfile.BadZipFile, zlib.error, KeyError, ValueError, EOFError, NotImplementedError, RuntimeError, OSError)
"""What reading a truncated or tampered zip file or its JSON raises (RecursionError is a RuntimeError)."""


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
        with zipfile.ZipFile(io.BytesIO(content)) as source:
            _check_entries(source.infolist())
            members = {name: source.read(name) for name in source.namelist()}
        schema = json.loads(members.pop(SCHEMA))
    except DAMAGE as error:
        raise refused(f"is damaged: {first_line(error)}") from error
    if not isinstance(schema, dict):
        raise refused(f"is damaged: {SCHEMA} is no mapping")
    for name, member in members.items():
        if name.partition(".")[0] != sha256_bytes(member)[:32]:
            raise refused(f"is damaged: the content of {name} is not what its name says")
    return Archive(schema, members)


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    """Stored once each: two of one name are read differently by different readers, and packed ones may be huge."""
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names):
        raise ValueError("a member stands in it twice")
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
        raise ValueError("a member is compressed")


def plain(node: Any) -> Any:
    """The value of a JsonNode. Raises KeyError, TypeError or ValueError where the node is none."""
    return json.loads(node["content"])

"""Versions and names with versions in them, in one order: sklearn-0.24 before sklearn-1.9 before sklearn-1.10."""

from __future__ import annotations

import re
from collections.abc import Iterable

from packaging.version import VERSION_PATTERN, Version

PIECE = re.compile(rf"(?P<word>[^0-9]+)|(?P<number>{VERSION_PATTERN})", re.VERBOSE | re.IGNORECASE)

Piece = tuple[bool, str, tuple[Version, ...]]
Key = tuple[list[Piece], str]


def version_key(name: str) -> Key:
    """What a version ("1.10.0"), or a name with one ("sklearn-1.10"), is sorted by.

    Words come before versions, and are sorted as text. Any name has a key, and no two names have the same one: a person
    may call an environment what he likes.
    """
    return [_piece(match) for match in PIECE.finditer(name)], name


def sort_by_version(names: Iterable[str]) -> list[str]:
    """These names, each once, oldest version first."""
    return sorted(set(names), key=version_key)


def minor(version: str) -> str:
    """ "1.5" of "1.5.2"."""
    return ".".join(version.split(".")[:2])


def _piece(match: re.Match[str]) -> Piece:
    """A word or a version, which Python could not compare with each other."""
    if word := match["word"]:
        return False, word, ()
    return True, "", (Version(match["number"]),)

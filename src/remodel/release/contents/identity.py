"""What a release is called, and what it is made of: a version, one commit, one environment, its models."""

from __future__ import annotations

import re
from dataclasses import dataclass

from remodel.errors import UsageError

VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z]+([.-][0-9A-Za-z]+)*)?", re.ASCII)
"""Semantic versioning without build metadata: a `+` cannot stand in a tag of a registry."""

LONGEST = 64
"""Characters of a version: a tag of at most 128 holds a model's name too."""


@dataclass(frozen=True)
class Identity:
    """One release: every model in it says so, so that none can be passed off as part of another."""

    version: str
    commit: str
    environment: str
    models: tuple[str, ...]


Precedence = tuple[int, int, int, bool, list[tuple[bool, int, str]]]


def precedence(version: str) -> Precedence:
    """What versions (as `read_version` takes them) are ordered by: 1.0.0-rc.2, 1.0.0-rc.10, 1.0.0, 1.10.0.

    https://semver.org, 11: numbers as numbers and before words, more parts after fewer, and a version without any last.
    """
    numbers, _, before = version.partition("-")
    major, minor, patch = map(int, numbers.split("."))
    parts = [_part(text) for text in before.split(".")] if before else []
    return major, minor, patch, not parts, parts


def _part(text: str) -> tuple[bool, int, str]:
    return (False, int(text), "") if text.isdecimal() else (True, 0, text)


def read_version(text: str) -> str:
    """The version as it was typed; UsageError where it is none."""
    if not VERSION.fullmatch(text) or len(text) > LONGEST:
        raise UsageError(f"{text!r} is not a version", "Write it as 1.4.0, or 1.4.0-rc.1 (semantic versioning, no +)")
    return text

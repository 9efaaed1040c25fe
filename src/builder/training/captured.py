"""Collects every warning of a build, none silenced, in a form that is the same on every machine."""

from __future__ import annotations

import collections
import contextlib
import re
import sys
import warnings
from collections.abc import Iterator

from container.errors import one_line

COMPILING = re.compile(r"invalid (escape sequence|decimal literal)")
"""Python warns so when it compiles a module, that is, only where no .pyc file exists yet: not a fact of a build."""


@contextlib.contextmanager
def all_warnings() -> Iterator[list]:
    """A list that holds every warning raised inside, each time it is raised."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield caught


def counted(caught: list) -> list[dict]:
    """Category, message and count of the warnings, sorted; no address and no folder in the text."""
    texts = [(item.category.__name__, _stable(str(item.message))) for item in caught]
    counts = collections.Counter(text for text in texts if not COMPILING.search(text[1]))
    return [{"category": c, "message": m, "count": counts[c, m]} for c, m in sorted(counts)]


def show(entries: list[dict]) -> None:
    """Each kind of warning once on standard error, for the log."""
    for entry in entries:
        print(f"{entry['category']} ({entry['count']}x): {entry['message']}", file=sys.stderr)


def _stable(text: str) -> str:
    text = re.sub(r"0x[0-9a-fA-F]{4,}", "0x...", one_line(text))
    return re.sub(r"(?<![\w:/])/(?:[\w.+-]+/)+", "", text)

"""Files that a merge has left half done: every command says so before it reads them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from remodel.errors import UsageError
from remodel.files import storage_errors

MERGED = ("params.yaml", "decisions.yaml", "dvc.yaml", "dvc.lock")
"""What two people change side by side."""

MARKER = b"<<<<<<< "

ENDINGS = {
    "dvc.lock": "Take either side (git checkout --ours dvc.lock; git add dvc.lock) and run remodel rebuild, "
    "which builds nothing that either side has built"
}
"""How to end a conflict where it is not by hand."""

BY_HAND = "Decide what it should hold, remove the lines <<<<<<<, ======= and >>>>>>>, and run the same command again"


def check_merged(root: Path, names: Iterable[str] = MERGED) -> None:
    """UsageError, with the file and the line, where a file holds the markers of an unfinished merge."""
    for name in names:
        if line := marked_line(root / name):
            raise UsageError(f"{name} holds two versions since a merge, from line {line}", ENDINGS.get(name, BY_HAND))


def marked_line(path: Path) -> int:
    """The first line that a conflict marker begins, from 1; 0 where there is none, or no file."""
    if not path.is_file():
        return 0
    with storage_errors(path, "read"):
        content = path.read_bytes()
    if content.startswith(MARKER):
        return 1
    place = content.find(b"\n" + MARKER)
    return content.count(b"\n", 0, place + 1) + 1 if place >= 0 else 0

"""What differs between two builds of one model: the file, the place in it, and the two values there.

Only a container can read every file of a model: `python -m bench diff` runs there.
"""

from __future__ import annotations

from pathlib import Path

import contract
from bench.diff.compare import differing
from container import documents
from contract import files

LIMIT = 20
"""Differences of one file that are named; how many there are more is counted."""


def write(left: Path, right: Path, out: Path) -> None:
    """Write differences.json (contract kind "differences") for the files of two folders into `out`."""
    files.write_bytes(out / "differences.json", documents.to_bytes("differences", document(left, right)))


def document(left: Path, right: Path) -> dict:
    """The differences of every file that is not the same in both folders; volatile files are left out."""
    names = sorted({path.name for folder in (left, right) for path in folder.iterdir()} - {"record.json"})
    entries = [_file(name, _content(left / name), _content(right / name)) for name in names]
    return {
        "schema_version": contract.version("differences"),
        "files": [entry for entry in entries if entry is not None],
    }


def _file(name: str, left: bytes | None, right: bytes | None) -> dict | None:
    if left == right:
        return None
    differences = list(differing(name, left, right))
    shown = [{"place": each.place, "left": each.left, "right": each.right} for each in differences[:LIMIT]]
    return {"file": name, "differences": shown, "more": len(differences) - len(shown)}


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None

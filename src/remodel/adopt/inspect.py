"""Pickles, inspected in the control container: on the host nothing of them is parsed."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import Any

from remodel.builds.call import PICKLES, call
from remodel.builds.control import run_in_control
from remodel.builds.job import scratch_folder
from remodel.checkout import Checkout
from remodel.errors import StorageError, UsageError
from remodel.files import read_json, storage_errors
from remodel.takeover.expected import Files
from remodel.versions import version_key

Say = Callable[[str], None]

GRAVEST = ("hostile", "unreadable", "incomplete", "needs a class", "needs a package", "no model", "can be adopted")
"""Verdicts, in the order in which somebody has to look."""


@dataclass(frozen=True)
class Inspected:
    """One file (contract kind "inspection"), by its path as it was asked for."""

    path: str
    document: Mapping[str, Any]

    @property
    def verdict(self) -> str:
        """One of GRAVEST."""
        return str(self.document["verdict"])

    @property
    def version(self) -> str:
        """Of scikit-learn: the stamp, else the bounds, else "unknown"."""
        stamps = self.document.get("versions", [])
        if stamps:
            return f"{stamps[0]} (and {', '.join(stamps[1:])})" if stamps[1:] else str(stamps[0])
        low, high = self.document.get("at_least", ""), self.document.get("below", "")
        return " and ".join(text for text in (low and f">= {low}", high and f"< {high}") if text) or "unknown"


def inspect(checkout: Checkout, paths: Sequence[Path], engine_name: str | None, say: Say) -> list[Inspected]:
    """What every pickle among these files and below these folders is; the gravest first.

    Raises UsageError where there is none, StorageError where a path is not there.
    """
    found: dict[str, Mapping[str, Any]] = {}
    for folder, names in _by_folder(paths).items():
        with scratch_folder(checkout) as scratch:
            files = folder if names is None else copied(folder, names, scratch / "files")
            called, expected = (
                call(PICKLES, "inspect", paths={"files": files}),
                Files({"inspection.json": "inspection"}),
            )
            out = run_in_control(checkout, called, scratch, expected, "inspect", say, engine_name)
            for file in read_json(out / "inspection.json")["files"]:
                if names is None or file["file"] in names:
                    found[os.path.relpath(folder / file["file"])] = file
    if not found:
        raise UsageError("there is no pickle among these files", "Give files, or a folder that holds some")
    inspected = [Inspected(path, document) for path, document in found.items()]
    return sorted(inspected, key=lambda one: (GRAVEST.index(one.verdict), one.path))


def counted(inspected: Iterable[Inspected]) -> list[tuple[str, int]]:
    """How many have each verdict, the gravest first."""
    counts = Counter(one.verdict for one in inspected)
    return [(verdict, counts[verdict]) for verdict in GRAVEST if counts[verdict]]


def by_version(inspected: Iterable[Inspected]) -> list[tuple[str, int]]:
    """How many files were written by each version of scikit-learn, those that say nothing last."""
    counts = Counter(one.version for one in inspected if one.document.get("estimators"))
    return sorted(counts.items(), key=lambda pair: (pair[0] == "unknown", version_key(pair[0])))


def _by_folder(paths: Sequence[Path]) -> dict[Path, set[str] | None]:
    """The files that are asked for in each folder; None: all of them, and those below it."""
    found: dict[Path, set[str] | None] = {}
    for path in paths:
        if path.is_dir():
            found[path.resolve()] = None
        elif path.is_file():
            names = found.setdefault(path.parent.resolve(), set())
            if names is not None:
                names.add(path.name)
        else:
            raise StorageError(f"there is no file {path}", "Give the path of a pickle, or of a folder with some")
    return found


def copied(folder: Path, names: set[str], into: Path) -> Path:
    """The files, and those of joblib's before 0.10 beside them ("model.pkl_01.npy"), alone in a folder: nothing else of
    the folder that they stand in is for the container."""
    into.mkdir(parents=True)
    for name in sorted(names):
        for path in (folder / name, *sorted(folder.glob(f"{escape(name)}_*"))):
            with storage_errors(path, "read"):
                shutil.copyfile(path, into / path.name)
    return into

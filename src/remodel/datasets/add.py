"""Adds a dataset: looks at a file, and writes what it found into conf/dataset/<name>.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from remodel.builds.data_file import remembered_sha256
from remodel.checkout import Checkout
from remodel.datasets.describe import to_yaml
from remodel.datasets.profile import Say, propose
from remodel.errors import DataError, UsageError
from remodel.files import write_bytes
from remodel.recipes.dataset import KINDS, ROLES, Dataset, format_of
from remodel.yaml import parse, read_bytes

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


@dataclass(frozen=True)
class Wanted:
    """What the user says of a file; all but the target may be left to be found out."""

    target: str
    name: str | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    reading: Mapping[str, Any] = field(default_factory=dict)
    sheet: str | None = None
    where: str | None = None
    replace: bool = False
    task: str | None = None
    """"classification" or "regression"; None: found out."""


@dataclass(frozen=True)
class Added:
    """What was written, and where; `profile` is a document of contract kind "profile"."""

    name: str
    place: str
    file: str
    profile: Mapping[str, Any]


def add(checkout: Checkout, file: Path, wanted: Wanted, say: Say) -> Added:
    """Write conf/dataset/<name>.yaml for `file`, which stands in the checkout.

    Raises UsageError where the name is none or is taken, DataError where the file is none that can be read.
    """
    path, inside = _place_of(checkout, file)
    name = wanted.name or _name_of(path)
    if not NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name of a dataset", "Letters, digits, - and _: --name NAME")
    _check_kinds(wanted.kinds)
    target = checkout.conf / "dataset" / f"{name}.yaml"
    place = f"conf/dataset/{name}.yaml"
    if target.exists() and not wanted.replace:
        raise UsageError(
            f"{place} is there already", "Choose another name with --name, or write it anew with --replace"
        )
    request = {"target": wanted.target, "kinds": dict(wanted.kinds)}
    request |= {"reading": dict(wanted.reading)} if wanted.reading else {}
    request |= {"sheet": wanted.sheet} if wanted.sheet else {}
    request |= {"task": wanted.task} if wanted.task else {}
    before = remembered_sha256(checkout, path)
    proposed = propose(checkout, path, request, path.parent, say)
    if proposed.table is not None:
        inside = str(Path(inside).with_suffix(".csv"))
        say(f"{inside}: the sheet's cells, as CSV; add {file.name} again where it changes")
        path = proposed.table
    elif remembered_sha256(checkout, path) != before:
        raise DataError(f"{inside} was changed while it was read", "Run the same command again")
    text = to_yaml(name, inside, remembered_sha256(checkout, path), proposed.profile, wanted.where)
    content = text.encode()
    # Before it is written: what could not be read back is not left behind, whenever this is killed.
    parse(Dataset, read_bytes(content, place), place)
    write_bytes(target, content)
    return Added(name, place, inside, proposed.profile)


def _place_of(checkout: Checkout, file: Path) -> tuple[Path, str]:
    """A file, and how it is called from the checkout."""
    path = file.resolve()
    if not path.is_file():
        wrong = "is a folder" if path.is_dir() else "does not exist"
        raise DataError(f"{file} {wrong}", "Give the path of a file with rows")
    if path.suffix.lower() == ".xls":
        raise UsageError(f"{file.name} is a workbook of the old format", "Save it as .xlsx or as CSV")
    if path.suffix.lower() != ".xlsx" and format_of(path.name) is None:
        raise UsageError(
            f"{file.name} has an ending that says nothing of what it holds",
            "Files that are read: .csv, .tsv, .txt, .jsonl, .ndjson (also with .gz), .parquet, .xlsx",
        )
    root = checkout.root.resolve()
    if root not in path.parents:
        raise UsageError(
            f"{file} is outside this checkout", f"Put it inside, so that a clone finds it: cp {file} data/"
        )
    return path, path.relative_to(root).as_posix()


def _name_of(path: Path) -> str:
    stem = path.name.split(".")[0].lower()
    return re.sub(r"[^a-z0-9_-]+", "_", stem).strip("_-") or "table"


def _check_kinds(kinds: Mapping[str, str]) -> None:
    for column, kind in kinds.items():
        if kind.partition(":")[0] not in (*KINDS, *ROLES):
            raise UsageError(f"--kind {column}={kind}: there is no such kind", f"Kinds: {', '.join((*KINDS, *ROLES))}")

"""What a table is, asked of the control container: a proposal for a file that nobody has described, a look at a
snapshot."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import contract
from remodel.builds.call import PROFILES, Call, call
from remodel.builds.control import run_in_control
from remodel.builds.job import scratch_folder
from remodel.checkout import Checkout
from remodel.files import read_json, write_bytes
from remodel.takeover.expected import Expected, Files

Say = Callable[[str], None]


@dataclass(frozen=True)
class Proposed:
    """The profile of a file (contract kind "profile"), and the CSV file that a sheet of a workbook became."""

    profile: Mapping[str, Any]
    table: Path | None = None


def propose(checkout: Checkout, file: Path, request: Mapping[str, Any], keep: Path, say: Say) -> Proposed:
    """Find out what `file` is. The table of a workbook is kept in the folder `keep`. Raises DataError, UsageError."""
    document = {"schema_version": contract.version("profile_request"), **request}
    converted = f"{file.stem}.csv" if file.suffix.lower() == ".xlsx" else None
    kinds: dict[str, str | None] = {"profile.json": "profile", **({converted: None} if converted else {})}
    with scratch_folder(checkout) as scratch:
        called = call(PROFILES, "propose", {"request": document}, {"file": file})
        out = _run(checkout, scratch, called, Files(kinds), say)
        profile = read_json(out / "profile.json")
        if converted is None:
            return Proposed(profile)
        table = keep / converted
        write_bytes(table, (out / converted).read_bytes())
        return Proposed(profile, table)


def look(checkout: Checkout, snapshot: Path, page: Path, say: Say) -> Mapping[str, Any]:
    """Describe the snapshot in a folder: its profile, and a page of pictures at `page`."""
    kinds = {"profile.json": "profile", "page.html": None}
    with scratch_folder(checkout) as scratch:
        out = _run(checkout, scratch, call(PROFILES, "show", paths={"snapshot": snapshot}), Files(kinds), say)
        page.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(out / "page.html", page)
        profile: Mapping[str, Any] = read_json(out / "profile.json")
        return profile


def _run(checkout: Checkout, scratch: Path, called: Call, expected: Expected, say: Say) -> Path:
    return run_in_control(checkout, called, scratch, expected, f"dataset-{called.command}", say)

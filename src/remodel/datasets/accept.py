"""Accepts a dataset's file as it is now: its sha256 goes into conf/dataset/<name>.yaml, and all else there stays."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from remodel.builds.data_file import remembered_sha256
from remodel.checkout import Checkout
from remodel.errors import DataError, UsageError
from remodel.files import storage_errors, write_bytes
from remodel.recipes.snapshot_request import read_dataset

PIN = rb"^(?P<before>[^#\n]*\bsha256['\"]?[ \t]*:[ \t]*['\"]?)%s"
"""The pin's line up to its digest, whether the mapping is written in lines or in braces; no comment."""


@dataclass(frozen=True)
class Accepted:
    """The file of a dataset, and its pinned digests before and after."""

    file: str
    place: str
    before: str
    after: str

    @property
    def is_new(self) -> bool:
        """Whether anything was written."""
        return self.before != self.after


def accept(checkout: Checkout, name: str) -> Accepted:
    """Pin the file of a dataset as it is now.

    Raises UnknownName where there is no such dataset, UsageError where its rows come from no file or its YAML file
    cannot be edited, DataError where the file is not there or is a folder, StorageError where it cannot be read.
    """
    dataset, place = read_dataset(checkout, name), f"conf/dataset/{name}.yaml"
    if dataset.file is None or dataset.sha256 is None:
        raise UsageError(f"{place} pins no file: its rows are bundled or generated", "There is nothing to accept")
    path = checkout.root / dataset.file
    if not path.is_file():
        wrong = "is a folder" if path.is_dir() else "does not exist"
        raise DataError(f"{dataset.file} {wrong}", f"Put the file there, or correct `file` in {place}")
    accepted = Accepted(dataset.file, place, dataset.sha256, remembered_sha256(checkout, path))
    if accepted.is_new:
        _replace(checkout.root / place, accepted)
    return accepted


def _replace(path: Path, accepted: Accepted) -> None:
    """Put the new digest in the place of the old one, byte for byte. A link to the YAML file stays one."""
    target = path.resolve()
    with storage_errors(path, "read"):
        text = target.read_bytes()
    pin = re.compile(PIN % accepted.before.encode(), re.MULTILINE)
    changed = pin.sub(rb"\g<before>" + accepted.after.encode(), text)
    if yaml.safe_load(changed) != {**yaml.safe_load(text), "sha256": accepted.after}:
        raise UsageError(
            f"{accepted.place} does not hold its sha256 in a line that can be replaced",
            f"Write into it: sha256: {accepted.after}",
        )
    write_bytes(target, changed)

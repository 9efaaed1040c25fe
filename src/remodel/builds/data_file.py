"""A dataset's own file: it has to be the one that its YAML file pins, whatever was made from it before."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remodel.checkout import YOUNG_NS, Checkout
from remodel.errors import DataError, StorageError
from remodel.files import read_json, sha256_file, storage_errors, write_json
from remodel.recipes.dataset import Dataset
from remodel.recipes.snapshot_request import read_dataset


@dataclass(frozen=True)
class DatasetYaml:
    """The file in which a dataset's own file is pinned, and how the pin follows a change that is meant."""

    place: str
    remedy: str


def yaml_in_conf(name: str) -> DatasetYaml:
    """conf/dataset/<name>.yaml."""
    return DatasetYaml(f"conf/dataset/{name}.yaml", f"run: remodel dataset accept {name}")


def own_file(checkout: Checkout, dataset: Dataset, pinned_in: DatasetYaml) -> Path | None:
    """The user's own file, where the dataset is one: it is there, and it is the one that is pinned.

    Raises DataError with the file, both digests, and the ways on.
    """
    if dataset.file is None:
        return None
    path, place = checkout.root / dataset.file, pinned_in.place
    back = f"Put the old file back, or, if the change is meant, {pinned_in.remedy}"
    if not path.is_file():
        wrong = "is a folder" if path.is_dir() else "does not exist"
        raise DataError(f"the file {dataset.file} {wrong}, {place} pins one with sha256 {dataset.sha256}", back)
    digest = remembered_sha256(checkout, path)
    if digest != dataset.sha256:
        raise DataError(f"{dataset.file} has sha256 {digest}, expected {dataset.sha256} as {place} pins it", back)
    return path.resolve()


def check_data_file(checkout: Checkout, name: str) -> None:
    """Raise what `own_file` raises of the dataset in conf/dataset/<name>.yaml."""
    own_file(checkout, read_dataset(checkout, name), yaml_in_conf(name))


def remembered_sha256(checkout: Checkout, path: Path) -> str:
    """The sha256 of a file, hashed once as long as the system says that nobody touched it: it may be large.

    Raises StorageError where it cannot be read.
    """
    resolved = path.resolve()
    memory = checkout.state / "digests" / f"{hashlib.sha256(os.fsencode(resolved)).hexdigest()[:16]}.json"
    with storage_errors(path, "read"):
        look = _look(resolved)
    if (known := _remembered(memory)) is not None and known.get("look") == look:
        return str(known["sha256"])
    digest = sha256_file(resolved)
    with storage_errors(path, "read"):
        if _look(resolved) == look and time.time_ns() - max(look["mtime_ns"], look["ctime_ns"]) > YOUNG_NS:
            write_json(memory, {"look": look, "sha256": digest})
    return digest


def _look(path: Path) -> dict[str, Any]:
    """What the system says of a file. The time of the last change of its entry tells what a copied `mtime` hides."""
    status = path.stat()
    return {
        "path": str(path),
        "inode": status.st_ino,
        "size": status.st_size,
        "mtime_ns": status.st_mtime_ns,
        "ctime_ns": status.st_ctime_ns,
    }


def _remembered(memory: Path) -> dict[str, Any] | None:
    """None where nothing is remembered, or what is there is damaged."""
    try:
        document = read_json(memory)
    except StorageError:
        return None
    return document if isinstance(document, dict) and "sha256" in document else None

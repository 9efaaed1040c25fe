"""What a snapshot is made from: one dataset's YAML file and folds become the request that its container reads."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import contract
from remodel.checkout import Checkout
from remodel.errors import UnknownName, UsageError
from remodel.recipes.choices import CrossValidation
from remodel.recipes.dataset import Dataset
from remodel.yaml import parse, read_yaml


def read_dataset(checkout: Checkout, name: str) -> Dataset:
    """conf/dataset/<name>.yaml. UnknownName with the choices; UsageError where it is not understood."""
    folder = checkout.conf / "dataset"
    path = folder / f"{name}.yaml"
    if not path.is_file():
        raise UnknownName("dataset", name, [path.stem for path in folder.glob("*.yaml")])
    return parse(Dataset, read_yaml(path), f"conf/dataset/{path.name}")


def read_folds(checkout: Checkout, names: Iterable[str]) -> list[CrossValidation]:
    """Choices of conf/cv. UnknownName where there is none of that name."""
    folder = checkout.conf / "cv"
    return [_read_folds(folder, name) for name in sorted(names)]


def _read_folds(folder: Path, name: str) -> CrossValidation:
    path = folder / f"{name}.yaml"
    if not path.is_file():
        raise UnknownName("cv", name, [path.stem for path in folder.glob("*.yaml")], "params.yaml")
    return parse(CrossValidation, read_yaml(path), f"conf/cv/{path.name}")


def snapshot_request(dataset: Dataset, folds: Iterable[CrossValidation]) -> dict[str, Any]:
    """What a snapshot is made from (contract kind "snapshot_request"): folds that cannot be cut of the dataset are left
    out. UsageError where no others are asked for."""
    fitting, why = [], ""
    for cv in folds:
        if objection := cv.objection(dataset):
            why = f"cv={cv.name} {objection[0]}"
        else:
            fitting.append(cv)
    if why and not fitting:
        raise UsageError(f"no folds can be cut of {dataset.name}: {why}", "List others under `cv` in params.yaml")
    named = {cv.name: {key: value for key, value in cv.document().items() if key != "name"} for cv in fitting}
    return {"schema_version": contract.version("snapshot_request"), "dataset": dataset.request(), "cv": named}

"""The snapshot of a dataset: where it stands, what it is made from, and making it where it is missing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import contract
from remodel.builds.job import Watch, ignore
from remodel.builds.model import make_snapshot
from remodel.checkout import Checkout
from remodel.engines import choose_engine
from remodel.engines.engine import Engine
from remodel.environments.environment import Environment, find_environment
from remodel.errors import DataError, UnknownName
from remodel.files import canonical_json
from remodel.recipes.choices import CrossValidation, Dataset
from remodel.recipes.params import read_params
from remodel.recipes.recipes import Selection, snapshot_fits
from remodel.yaml import parse, read_yaml


def pin_dataset(checkout: Checkout, engine: Engine, environment: Environment, name: str) -> None:
    """Make the snapshot of conf/dataset/<name>.yaml, with the folds of every choice of conf/cv: data/<name>/."""
    path = checkout.conf / "dataset" / f"{name}.yaml"
    if not path.is_file():
        raise UnknownName("dataset", name, [path.stem for path in path.parent.glob("*.yaml")])
    dataset = parse(Dataset, read_yaml(path), f"conf/dataset/{path.name}")
    paths = sorted((checkout.conf / "cv").glob("*.yaml"))
    folds = [parse(CrossValidation, read_yaml(path), f"conf/cv/{path.name}") for path in paths]
    request = snapshot_request(dataset, folds)
    make_snapshot(checkout, engine, environment, request, own_file(checkout, dataset), checkout.data / name)


def snapshot_request(dataset: Dataset, folds: Iterable[CrossValidation]) -> dict[str, Any]:
    """What a snapshot is made from (contract kind "snapshot_request")."""
    named = {cv.name: cv.model_dump(exclude={"name"}) for cv in folds}
    return {"schema_version": contract.version("snapshot_request"), "dataset": dataset.request(), "cv": named}


def own_file(checkout: Checkout, dataset: Dataset) -> Path | None:
    """The user's own file, where the dataset is one, relative to the checkout. DataError where it is missing."""
    if dataset.file is None:
        return None
    path = checkout.root / dataset.file
    if not path.is_file():
        raise DataError(
            f"dataset {dataset.name!r}: the file {dataset.file} does not exist",
            f"Put it there, or correct `file` in conf/dataset/{dataset.name}.yaml",
        )
    return path.resolve()


def ensure_snapshot(checkout: Checkout, selection: Selection, watch: Watch = ignore) -> Path:
    """The folder of the snapshot that a selection asks for: the pipeline's own, or one made for this selection.

    A dataset or folds changed on the command line get a snapshot under `.remodel/snapshots`, named by its content.
    """
    pinned = checkout.data / selection.choices["dataset"]
    if snapshot_fits(selection, pinned):
        return pinned
    dataset = selection.composed.dataset
    request = snapshot_request(dataset, [selection.composed.cv])
    digest = hashlib.sha256(canonical_json(request)).hexdigest()
    folder = checkout.state / "snapshots" / f"{dataset.name}-{digest[:12]}"
    if not snapshot_fits(selection, folder):
        environment = find_environment(checkout, read_params(checkout).snapshot_environment)
        engine = choose_engine()
        engine.prepare(environment, lambda line: None)
        make_snapshot(checkout, engine, environment, request, own_file(checkout, dataset), folder, watch)
    return folder

"""The snapshot of a dataset: making it, and finding the one that a selection asks for."""

from __future__ import annotations

import hashlib
from pathlib import Path

from remodel.builds.data_file import own_file, yaml_in_conf
from remodel.builds.job import Watch, ignore
from remodel.builds.model import make_snapshot
from remodel.checkout import Checkout
from remodel.engines import choose_engine
from remodel.engines.engine import Engine
from remodel.environments.environment import Environment, find_environment
from remodel.files import canonical_json
from remodel.recipes.params import read_params
from remodel.recipes.recipes import Selection, snapshot_fits
from remodel.recipes.snapshot_request import read_dataset, read_folds, snapshot_request


def pin_dataset(checkout: Checkout, engine: Engine, environment: Environment, name: str) -> None:
    """Make the snapshot of conf/dataset/<name>.yaml, with the folds that params.yaml lists: data/<name>/."""
    dataset = read_dataset(checkout, name)
    request = snapshot_request(dataset, read_folds(checkout, read_params(checkout).cv))
    file = own_file(checkout, dataset, yaml_in_conf(name))
    make_snapshot(checkout, engine, environment, request, file, checkout.data / name)


def ensure_snapshot(checkout: Checkout, selection: Selection, watch: Watch = ignore) -> Path:
    """The folder of the snapshot that a selection asks for: the pipeline's own, or one made for this selection.

    A dataset or folds changed on the command line get a snapshot under `.remodel/snapshots`, named by its content.
    Raises DataError where the dataset's file is not the one that is pinned, also where a snapshot of that one is there.
    """
    name, dataset = selection.choices["dataset"], selection.composed.dataset
    file = own_file(checkout, dataset, yaml_in_conf(name))
    pinned = checkout.data / name
    if snapshot_fits(selection, pinned):
        return pinned
    request = snapshot_request(dataset, [selection.composed.cv])
    digest = hashlib.sha256(canonical_json(request)).hexdigest()
    folder = checkout.state / "snapshots" / f"{dataset.name}-{digest[:12]}"
    if not snapshot_fits(selection, folder):
        environment = find_environment(checkout, read_params(checkout).snapshot_environment)
        engine = choose_engine()
        engine.prepare(environment, lambda line: None)
        make_snapshot(checkout, engine, environment, request, file, folder, watch)
    return folder

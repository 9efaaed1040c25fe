"""A look at a dataset: its snapshot's columns, and a page with a picture of each."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from remodel.builds.data_file import own_file, yaml_in_conf
from remodel.builds.model import make_snapshot
from remodel.checkout import Checkout
from remodel.datasets.profile import Say, look
from remodel.engines import choose_engine
from remodel.environments.environment import find_environment
from remodel.errors import StorageError
from remodel.files import canonical_json, read_json
from remodel.recipes.dataset import Dataset
from remodel.recipes.params import read_params
from remodel.recipes.snapshot_request import read_dataset, read_folds, snapshot_request


def show(checkout: Checkout, name: str, say: Say) -> tuple[Mapping[str, Any], str]:
    """The profile of conf/dataset/<name>.yaml's rows, and where its page is, as seen from the checkout."""
    dataset = read_dataset(checkout, name)
    folder = _snapshot(checkout, dataset, name, say)
    page = checkout.state / "datasets" / f"{name}.html"
    return look(checkout, folder, page, say), str(page.relative_to(checkout.root))


def _snapshot(checkout: Checkout, dataset: Dataset, name: str, say: Say) -> Path:
    """The pipeline's snapshot where it is that of the dataset, else one made for the look."""
    file = own_file(checkout, dataset, yaml_in_conf(name))
    digest = hashlib.sha256(canonical_json(dataset.request())).hexdigest()
    own = checkout.state / "snapshots" / f"{name}-shown-{digest[:12]}"
    for folder in (checkout.data / name, own):
        if _fits(folder, digest):
            return folder
    environment = find_environment(checkout, read_params(checkout).snapshot_environment)
    engine = choose_engine()
    engine.prepare(environment, say)
    request = snapshot_request(dataset, read_folds(checkout, []))
    make_snapshot(checkout, engine, environment, request, file, own)
    return own


def _fits(folder: Path, digest: str) -> bool:
    try:
        return bool(read_json(folder / "schema.json")["request_sha256"] == digest)
    except (StorageError, KeyError, TypeError):
        return False

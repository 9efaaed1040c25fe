"""The snapshot of a dataset: where it stands, what it is made from, and making it where it is missing."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from remodel.builds import make_snapshot
from remodel.choices import CrossValidation, Dataset
from remodel.config_errors import parse
from remodel.engines.engine import Engine
from remodel.environments import find_environment
from remodel.files import canonical_json
from remodel.jobs import Watch, ignore
from remodel.params import read_params
from remodel.recipes import Selection, snapshot_fits
from remodel.workspace import Workspace
from remodel.yaml_files import read_yaml


def snapshot_request(workspace: Workspace, dataset: str) -> dict[str, Any]:
    """What the snapshot of a dataset is made from: its YAML file, and every choice of conf/cv."""
    folds = {}
    for path in sorted((workspace.conf / "cv").glob("*.yaml")):
        cv = parse(CrossValidation, read_yaml(path), f"conf/cv/{path.name}")
        folds[cv.name] = cv.model_dump(exclude={"name"})
    path = workspace.conf / "dataset" / f"{dataset}.yaml"
    chosen = parse(Dataset, read_yaml(path), f"conf/dataset/{path.name}")
    return {"schema_version": 1, "dataset": chosen.request(), "cv": folds}


def ensure_snapshot(workspace: Workspace, engine: Engine, selection: Selection, watch: Watch = ignore) -> Path:
    """The folder of the snapshot that a selection asks for: the pipeline's own, or one made for this selection.

    A dataset or folds changed on the command line get a snapshot under `.remodel/snapshots`, named by its content.
    """
    pinned = workspace.data / selection.choices["dataset"]
    if snapshot_fits(selection, pinned):
        return pinned
    cv = selection.composed.cv
    request: dict[str, Any] = {
        "schema_version": 1,
        "dataset": selection.composed.dataset.request(),
        "cv": {cv.name: cv.model_dump(exclude={"name"})},
    }
    digest = hashlib.sha256(canonical_json(request)).hexdigest()
    folder = workspace.state / "snapshots" / f"{request['dataset']['name']}-{digest[:12]}"
    if not snapshot_fits(selection, folder):
        environment = find_environment(workspace, read_params(workspace).snapshot_environment)
        engine.prepare(environment, lambda line: None)
        make_snapshot(workspace, engine, environment, request, folder, watch)
    return folder

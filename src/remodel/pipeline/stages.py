"""The stages of dvc.yaml: what `python -m remodel stage ...` does, each in its locked container."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from remodel.builds import build_model
from remodel.endings import failed_document, is_recorded, retired_document
from remodel.engines import choose_engine
from remodel.engines.engine import Engine, Mount
from remodel.environments import Environment, control_environment, find_environment
from remodel.errors import RemodelError, StorageError, UnknownName
from remodel.files import read_json, replace_folder, write_json
from remodel.jobs import Task, run_task, scratch_folder, source_mounts
from remodel.metrics import flat_metrics
from remodel.params import read_params
from remodel.results import read_document
from remodel.retirement import retired_reason
from remodel.workspace import Workspace

CONTROL = ("remodel", "contract", "serving")
"""The packages of src/ that a container of the host's own stages sees."""

INPUTS = {
    "recipes": ("conf", "params.yaml", "data"),
    "compare": ("conf", "params.yaml", "models"),
    "package": ("conf", "params.yaml", "models"),
}
"""What each of the host's own stages reads, mounted read-only under /work."""


def snapshot(workspace: Workspace, dataset: str) -> None:
    """Pin one dataset: data/<dataset>/ with the rows, their schema and the folds."""
    from remodel.snapshots import pin_dataset

    environment = find_environment(workspace, read_params(workspace).snapshot_environment)
    pin_dataset(workspace, _ready(environment), environment, dataset)


Build = Callable[[dict[str, Any], Path, Path], None]
"""Builds a recipe on the snapshot in one folder into another folder, which is replaced as a whole; or raises."""


def train(workspace: Workspace, model: str, environment_name: str) -> None:
    """Build one model in one environment: models/<model>/<environment>/ and its metrics."""
    environment = find_environment(workspace, environment_name)

    def build(recipe: dict[str, Any], snapshot: Path, destination: Path) -> None:
        build_model(workspace, _ready(environment), environment, recipe, snapshot, destination)

    print(train_with(workspace, model, environment.name, read_params(workspace).baseline, build))


def train_with(workspace: Workspace, model: str, environment: str, baseline: str, build: Build) -> str:
    """What the train stage does, whoever builds: one line on how it ended, a recorded failure included."""
    recipe = read_recipe(workspace, model)
    if reason := retired_reason(workspace, model, environment):
        return _keep_unbuilt(workspace, retired_document(model, environment, reason))
    destination = workspace.models / model / environment
    try:
        build(recipe, workspace.data / recipe["choices"]["dataset"], destination)
    except RemodelError as error:
        if not is_recorded(error, environment, baseline):
            raise
        return _keep_unbuilt(workspace, failed_document(model, environment, error))
    write_metrics(workspace, model, environment)
    scores = read_json(destination / "scores.json")
    accuracy = scores["metrics"]["accuracy"]
    onnx = read_json(destination / "result.json")["onnx"]["status"]
    return f"{model} @ {environment}: accuracy {accuracy['mean']:.4f} +- {accuracy['std']:.4f}, ONNX {onnx}"


def write_metrics(workspace: Workspace, model: str, environment: str) -> None:
    """metrics/<model>/<environment>.json, of what is in models/: without a number where no model was built."""
    scores = workspace.models / model / environment / "scores.json"
    numbers = flat_metrics(read_json(scores)) if scores.is_file() else {}
    write_json(workspace.metrics / model / f"{environment}.json", numbers)


def _keep_unbuilt(workspace: Workspace, document: dict[str, Any]) -> str:
    """A result.json alone, and metrics without a number: DVC has its outputs, `compare` the reason."""
    model, environment = document["model"], document["environment"]
    with scratch_folder(workspace) as scratch:
        write_json(scratch / "out" / "result.json", document)
        replace_folder(scratch / "out", workspace.models / model / environment)
    write_metrics(workspace, model, environment)
    reason = document["reason"] if document["status"] == "retired" else document["error"]["message"]
    return f"{model} @ {environment}: {document['status']}: {reason}"


def recipes(workspace: Workspace) -> None:
    """Compose every model's recipe: recipes/<model>.json."""
    _host_stage(workspace, "recipes", workspace.recipes)


def compare(workspace: Workspace) -> None:
    """Compare every model's results with the baseline's: reports/."""
    _host_stage(workspace, "compare", workspace.reports)


def package(workspace: Workspace) -> None:
    """Collect what the release environment built: release/."""
    _host_stage(workspace, "package", workspace.release)


def read_recipe(workspace: Workspace, model: str) -> dict[str, Any]:
    """The recipe of one model as the `recipes` stage wrote it."""
    path = workspace.recipes / f"{model}.json"
    if not path.is_file():
        models = read_params(workspace).models
        if model not in models:
            raise UnknownName("model", model, models, "params.yaml")
        raise StorageError(f"there is no recipe of {model!r}", "Run: dvc repro recipes")
    recipe: dict[str, Any] = read_document(path, "recipe")
    return recipe


def _host_stage(workspace: Workspace, stage: str, destination: Path) -> None:
    environment = control_environment(workspace)
    inputs = [Mount(workspace.root / name, f"/work/{name}") for name in INPUTS[stage]]
    task = Task(
        name=stage,
        environment=environment,
        argv=("-m", "remodel.inside", stage, "--root", "/work", "--out", "/out"),
        inputs=(*inputs, *source_mounts(workspace, CONTROL)),
    )
    with scratch_folder(workspace) as scratch:
        out = run_task(workspace, _ready(environment), task, scratch)
        replace_folder(out, destination)


def _ready(environment: Environment) -> Engine:
    """The engine of this machine, with the environment's image in it."""
    engine = choose_engine()
    engine.prepare(environment, lambda line: print(line, file=sys.stderr))
    return engine

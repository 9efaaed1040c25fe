"""What `python -m remodel stage ...` does on the host: each stage of dvc.yaml in its locked container."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from remodel.builds.call import CONTROL, call, make_job
from remodel.builds.job import run_job, scratch_folder
from remodel.builds.model import build_model
from remodel.checkout import Checkout
from remodel.engines import choose_engine
from remodel.engines.engine import Engine, Mount
from remodel.environments.environment import Environment, control_environment, find_environment
from remodel.errors import RemodelError, StorageError, UnknownName
from remodel.files import replace_folder, write_json
from remodel.pipeline.outputs import output_of
from remodel.pipeline.stage import Stage
from remodel.recipes.params import read_params
from remodel.recipes.resources import declared_limit
from remodel.recipes.retirement import retired_reason
from remodel.results.endings import failed_document, is_recorded, retired_document
from remodel.results.metrics import first_metric
from remodel.results.recipe import Recipe, read_recipe_file
from remodel.results.result import read_report
from remodel.results.scores import read_scores
from remodel.results.warned import warning_lines

ROOT = "/work"
"""Where a container of the host's own stages sees the checkout, or what the stage reads of it."""


def run_stage(checkout: Checkout, stage: Stage, *arguments: str) -> None:
    """Run one stage, whichever environment it needs."""
    if stage.in_control:
        _run_in_control(checkout, stage)
    else:
        stage.function(checkout, *arguments)


def snapshot(checkout: Checkout, dataset: str) -> None:
    """Pin one dataset: data/<dataset>/ with the rows, their schema and the folds."""
    from remodel.builds.snapshots import pin_dataset

    environment = find_environment(checkout, read_params(checkout).snapshot_environment)
    pin_dataset(checkout, _ready(environment), environment, dataset)


Build = Callable[[Recipe, Path, Path], None]
"""Builds a recipe on the snapshot in one folder into another folder, which is replaced as a whole; or raises."""


def train(checkout: Checkout, model: str, environment_name: str) -> None:
    """Build one model in one environment: models/<model>/<environment>/ and its metrics."""
    environment = find_environment(checkout, environment_name)

    def build(recipe: Recipe, snapshot: Path, destination: Path) -> None:
        limit = declared_limit(checkout, model)
        build_model(checkout, _ready(environment), environment, recipe, snapshot, destination, limit=limit)

    print(train_with(checkout, model, environment.name, build))


def train_with(checkout: Checkout, model: str, environment: str, build: Build) -> str:
    """What the train stage does, whoever builds: one line on how it ended, a recorded failure included."""
    recipe = read_recipe(checkout, model)
    if reason := retired_reason(checkout, model, environment):
        return _keep_unbuilt(checkout, retired_document(model, environment, reason))
    destination = checkout.models / model / environment
    try:
        build(recipe, checkout.data / recipe.dataset, destination)
    except RemodelError as error:
        if not is_recorded(error):
            raise
        return _keep_unbuilt(checkout, failed_document(model, environment, error))
    write_metrics(checkout, model, environment)
    scores = read_scores(destination / "scores.json")
    first = scores.scorers[0]
    score = scores.metrics[first.name]
    report = read_report(destination / "result.json")
    warned = "".join(f"; {line}" for line in warning_lines(report.warnings))
    return f"{model} @ {environment}: {first.title} {score.mean:.4f} +- {score.std:.4f}, ONNX {report.onnx}{warned}"


def write_metrics(checkout: Checkout, model: str, environment: str) -> None:
    """metrics/<model>/<environment>.json, of what is in models/: without a number where no model was built."""
    scores = checkout.models / model / environment / "scores.json"
    numbers = first_metric(read_scores(scores)) if scores.is_file() else {}
    write_json(checkout.metrics / model / f"{environment}.json", numbers)


def _keep_unbuilt(checkout: Checkout, document: dict[str, Any]) -> str:
    """A result.json alone, and metrics without a number: DVC has its outputs, `compare` the reason."""
    model, environment = document["model"], document["environment"]
    with scratch_folder(checkout) as scratch:
        write_json(scratch / "out" / "result.json", document)
        replace_folder(scratch / "out", checkout.models / model / environment)
    write_metrics(checkout, model, environment)
    reason = document["reason"] if document["status"] == "retired" else document["error"]["message"]
    return f"{model} @ {environment}: {document['status']}: {reason}"


def read_recipe(checkout: Checkout, model: str) -> Recipe:
    """The recipe of one model as the `recipes` stage wrote it."""
    path = checkout.recipes / f"{model}.json"
    if not path.is_file():
        models = read_params(checkout).models
        if model not in models:
            raise UnknownName("model", model, models, "params.yaml")
        raise StorageError(f"there is no recipe of {model!r}", "Run: dvc repro recipes")
    return read_recipe_file(path)


def _run_in_control(checkout: Checkout, stage: Stage) -> None:
    environment = control_environment(checkout)
    with scratch_folder(checkout) as scratch:
        called = call(CONTROL, stage.name, options={"root": ROOT})
        job = make_job(checkout, environment, called, scratch, stage.name)
        inputs = [Mount(checkout.root / name, f"{ROOT}/{name}") for name in stage.reads]
        whole = replace(job, mounts=(*inputs, *job.mounts))
        out = run_job(checkout, _ready(environment), whole, scratch, output_of(stage, checkout))
        replace_folder(out, checkout.root / stage.folder())


def _ready(environment: Environment) -> Engine:
    """The engine of this machine, with the environment's image in it."""
    engine = choose_engine()
    engine.prepare(environment, lambda line: print(line, file=sys.stderr))
    return engine

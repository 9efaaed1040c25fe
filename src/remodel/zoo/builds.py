"""Builds the whole zoo in one environment: one container, one child process a recipe."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from remodel.builds.call import BENCH, call, make_job
from remodel.builds.data_file import DatasetYaml, own_file
from remodel.builds.job import Watch, ignore, run_job, scratch_folder
from remodel.builds.model import make_snapshot
from remodel.builds.provenance import describe
from remodel.builds.trust import trust_document
from remodel.checkout import Checkout
from remodel.engines.engine import Engine
from remodel.environments.environment import Environment, find_environment
from remodel.files import canonical_json, read_json, write_json
from remodel.lines import one_line
from remodel.recipes.params import read_params
from remodel.recipes.recipes import PREDICTORS
from remodel.recipes.snapshot_request import snapshot_request
from remodel.results.recipe import Recipe
from remodel.takeover.expected import Batch
from remodel.zoo.zoo import Zoo, read_zoo, recipes

ZOO_YAML = DatasetYaml("tests/zoo/zoo.yaml", "write its sha256 there")


@dataclass(frozen=True)
class Outcome:
    """What became of one recipe: `refusal` is why it was not built, `no_onnx` why it has no model.onnx.

    exporter: who wrote that, "exact" or "skl2onnx". group: that of the predictor, "classifier", "regressor" or
    "outlier".
    """

    group: str
    predictor: str
    preprocessing: str
    dataset: str
    refusal: str | None = None
    no_onnx: str | None = None
    exporter: str | None = None


@dataclass(frozen=True)
class Work:
    """The zoo's recipes by name, the same in every environment, and the folder with their snapshots."""

    recipes: Mapping[str, Recipe]
    snapshots: Path


def zoo_work(checkout: Checkout, engine: Engine) -> Work:
    """The recipes of zoo.yaml, on snapshots that are made now where they are missing."""
    zoo = read_zoo(checkout)
    snapshots = ensure_snapshots(checkout, engine, zoo)
    return Work(recipes(checkout, zoo, snapshots), snapshots)


def zoo_outcomes(
    checkout: Checkout, engine: Engine, environment: Environment, work: Work, watch: Watch = ignore
) -> list[Outcome]:
    """The outcome of every recipe in one environment.

    What the same lock, source and zoo gave before is not built again.
    """
    about = describe(checkout, environment)
    recipes = {name: recipe.document for name, recipe in work.recipes.items()}
    digest = _digest([recipes, about, trust_document(checkout)])
    kept = checkout.state / "zoo" / f"{environment.name}-{digest}.json"
    if not kept.is_file():
        outcomes = _build(checkout, engine, environment, work, about, watch)
        write_json(kept, [asdict(outcome) for outcome in outcomes])
    return [Outcome(**fields) for fields in read_json(kept)]


def ensure_snapshots(checkout: Checkout, engine: Engine, zoo: Zoo) -> Path:
    """The folder with a snapshot of every dataset of the zoo, made now where it is missing."""
    requests = {name: snapshot_request(zoo.dataset(name), [zoo.cv_of(name)]) for name in zoo.datasets}
    environment = find_environment(checkout, read_params(checkout).snapshot_environment)
    folder = checkout.state / "zoo" / f"data-{_digest([requests, environment.lock_sha256])}"
    for name, request in requests.items():
        file = own_file(checkout, zoo.dataset(name), ZOO_YAML)
        if not (folder / name / "schema.json").is_file():
            engine.prepare(environment, lambda line: None)
            make_snapshot(checkout, engine, environment, request, file, folder / name)
    return folder


def _build(
    checkout: Checkout,
    engine: Engine,
    environment: Environment,
    work: Work,
    about: Mapping[str, Any],
    watch: Watch,
) -> list[Outcome]:
    documents = {"environment": about, "trust": trust_document(checkout)}
    with scratch_folder(checkout) as scratch:
        for name, recipe in work.recipes.items():
            write_json(scratch / "recipes" / f"{name}.json", recipe.document)
        called = call(BENCH, "batch", documents, {"recipes": scratch / "recipes", "snapshots": work.snapshots})
        job = make_job(checkout, environment, called, scratch, f"zoo@{environment.name}")
        out = run_job(checkout, engine, job, scratch, Batch(work.recipes.keys()), watch)
        return [_outcome(out / name, recipe.choices) for name, recipe in work.recipes.items()]


def _outcome(folder: Path, choice: Mapping[str, str]) -> Outcome:
    group = next(group for group in PREDICTORS.values() if group in choice)
    names = (group, choice[group], choice["preprocessing"], choice["dataset"])
    if not (folder / "result.json").is_file():
        return Outcome(*names, refusal=one_line(read_json(folder / "error.json")["message"]))
    onnx = read_json(folder / "result.json")["onnx"]
    return Outcome(*names, no_onnx=onnx["reason"], exporter=onnx["exporter"])


def _digest(content: Any) -> str:
    return hashlib.sha256(canonical_json(content)).hexdigest()[:12]

"""The one way to build: a recipe and a snapshot go into a locked container, a folder of artifacts comes out.

`dvc repro`, `remodel rebuild` and `python -m train` all end here, with the same recipe, and get the same bytes;
`warm.py` puts the same inputs into a container that is already there, and takes its results in the same way.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from remodel.builds.call import BUILDER, SNAPSHOTS, call, make_job
from remodel.builds.job import Watch, ignore, run_job, scratch_folder
from remodel.builds.memory import within
from remodel.builds.provenance import describe
from remodel.builds.trust import trust_document
from remodel.checkout import Checkout
from remodel.engines.engine import Engine, Job
from remodel.environments.environment import Environment
from remodel.errors import BuildError
from remodel.files import read_json, replace_folder, write_json
from remodel.limits import SECONDS
from remodel.lines import one_line
from remodel.recipes.resources import MemoryLimit, declared_seconds
from remodel.results.recipe import Recipe
from remodel.results.target import Target
from remodel.takeover.expected import RECORD, Build, Snapshot


def build_model(
    checkout: Checkout,
    engine: Engine,
    environment: Environment,
    recipe: Recipe,
    snapshot: Path,
    destination: Path,
    watch: Watch = ignore,
    limit: MemoryLimit | None = None,
) -> None:
    """Build one model from its recipe into the folder `destination`, which is replaced as a whole.

    The volatile facts of the build go to `.remodel/builds/<model>@<environment>.json`.
    Raises BuildError, DataError or UsageError, as the builder describes it; BuildError, of kind "memory", where it
    needed more memory than `limit`.
    """
    with scratch_folder(checkout) as scratch:
        job = build_job(checkout, environment, recipe, snapshot, scratch, limit.size if limit else None)
        with within(limit, recipe.model):
            out = run_job(checkout, engine, job, scratch, expected_of(recipe, environment), watch)
        keep(checkout, engine_facts(engine, environment), environment, job.name, out, destination)


def build_job(
    checkout: Checkout,
    environment: Environment,
    recipe: Recipe,
    snapshot: Path,
    scratch: Path,
    memory: int | None = None,
) -> Job:
    """The job that builds one model; what it reads beside the snapshot is written below `scratch`."""
    documents = build_documents(checkout, environment, recipe)
    called = call(BUILDER, "train", documents, {"snapshot": snapshot})
    name = str(Target(recipe.model, environment.name))
    job = make_job(checkout, environment, called, scratch, name, threads=recipe.threads, memory=memory)
    return replace(job, seconds=declared_seconds(checkout, recipe.model) or SECONDS)


def expected_of(recipe: Recipe, environment: Environment) -> Build:
    """What a build of this recipe leaves."""
    return Build(recipe.model, environment.name)


def build_documents(checkout: Checkout, environment: Environment, recipe: Recipe) -> dict[str, Any]:
    """What every build reads beside its snapshot: the recipe, the environment, the trusted types."""
    return {
        "recipe": recipe.document,
        "environment": describe(checkout, environment),
        "trust": trust_document(checkout),
    }


def make_snapshot(
    checkout: Checkout,
    engine: Engine,
    environment: Environment,
    request: dict[str, Any],
    file: Path | None,
    destination: Path,
    watch: Watch = ignore,
) -> None:
    """Make the snapshot of one dataset into the folder `destination`, which is replaced as a whole.

    `file` is the user's own file where the request names one. Raises DataError where the data is not what its YAML
    file says.
    """
    with scratch_folder(checkout) as scratch:
        called = call(SNAPSHOTS, "take", {"request": request}, {"file": file} if file else {})
        job = make_job(checkout, environment, called, scratch, f"snapshot@{request['dataset']['name']}")
        expected = Snapshot(request["dataset"]["name"], tuple(request["cv"]))
        replace_folder(run_job(checkout, engine, job, scratch, expected, watch), destination)


def keep(
    checkout: Checkout, engine: dict[str, Any], environment: Environment, name: str, out: Path, destination: Path
) -> None:
    """Put what was taken over of a build where it belongs, its volatile facts aside."""
    record = read_json(out / RECORD) if (out / RECORD).is_file() else {}
    (out / RECORD).unlink(missing_ok=True)
    write_json(checkout.state / "builds" / f"{name}.json", {**record, "engine": engine})
    _check(out, name, environment)
    replace_folder(out, destination)


def engine_facts(engine: Engine, environment: Environment) -> dict[str, Any]:
    """What a build record says of the engine and the image."""
    image = engine.image_of(environment)
    return {
        "name": engine.name,
        "isolated": engine.isolated,
        "image": image.digest if image else None,
        "base": image.base_digest if image else None,
    }


def _check(out: Path, name: str, environment: Environment) -> None:
    """What leaves the container has to come from the lock, or it is not taken for a result."""
    installed = read_json(out / "manifest.json")["versions"]
    wrong = sorted(pin for pin, version in environment.versions.items() if installed.get(pin) != version)
    if wrong:
        built, locked = one_line(installed.get(wrong[0], "nothing"), 100), environment.versions[wrong[0]]
        raise BuildError(
            f"{name} was built with {wrong[0]} {built}, but the lock has {locked}",
            "The image is not what the lock says: remove it, and run the same command again",
        )

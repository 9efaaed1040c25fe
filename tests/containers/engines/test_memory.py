"""A build that needs more memory than it asked for ends with one line that says so, and nothing else ends with it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from remodel.builds.model import build_model
from remodel.builds.snapshots import pin_dataset
from remodel.builds.warm import WarmEnvironment
from remodel.checkout import Checkout
from remodel.engines import Job
from remodel.engines.containers import ContainerEngine
from remodel.engines.engine import OutOfMemory
from remodel.engines.podman import Podman
from remodel.engines.venv import Venv
from remodel.environments.environment import Environment
from remodel.errors import BuildError, EngineError, RemodelError
from remodel.files import sha256_file
from remodel.recipes.recipes import make_recipe, select_model
from remodel.recipes.resources import MemoryLimit
from remodel.results.recipe import Recipe
from tests.conftest import copy_checkout

LIMIT = MemoryLimit(230 << 20, "230MiB", "conf/model/greedy.yaml")
"""More than a small build needs, and a fraction of what the greedy one does."""

LINE = "greedy needs more than the 230MiB of memory that conf/model/greedy.yaml allows it. Raise resources.memory there"

WIDE = {"_target_": "sklearn.preprocessing.PolynomialFeatures", "degree": 45}
"""211 876 columns of the 150 rows of iris: a quarter of a gigabyte, and again for each step that copies it."""


@dataclass(frozen=True)
class Models:
    """Two recipes on one snapshot, and where they are built."""

    checkout: Checkout
    small: Recipe
    greedy: Recipe

    @property
    def snapshot(self) -> Path:
        """Of iris."""
        return self.checkout.data / "iris"


@pytest.fixture(scope="session")
def models(environment: Environment, podman: Podman, tmp_path_factory: pytest.TempPathFactory) -> Models:
    """A small model, and one that needs more than its limit."""
    checkout = copy_checkout(tmp_path_factory.mktemp("memory") / "checkout")
    pin_dataset(checkout, podman, environment, "iris")
    small = make_recipe(select_model(checkout, "iris_decision_tree"), checkout.data / "iris")
    pipeline = {**small.document["pipeline"], "preprocessing": WIDE}
    greedy = Recipe({**small.document, "model": "greedy", "pipeline": pipeline})
    return Models(checkout, small, greedy)


def ended(call: Any, *arguments: Any, **options: Any) -> RemodelError | None:
    """The error that a build ended with."""
    try:
        call(*arguments, **options)
    except RemodelError as error:
        return error
    return None


def test_alone_in_a_container(engine: ContainerEngine, models: Models, environment: Environment) -> None:
    """The kernel kills it for its container's limit; a build that keeps to the same limit is none the worse."""
    out = models.checkout.models / engine.name
    build = (models.checkout, engine, environment)
    error = ended(build_model, *build, models.greedy, models.snapshot, out / "greedy", limit=LIMIT)
    assert isinstance(error, BuildError)
    assert (str(error), error.kind) == (LINE, "memory")
    assert ended(build_model, *build, models.small, models.snapshot, out / "small", limit=LIMIT) is None
    assert (out / "small" / "model.skops").is_file() and not (out / "greedy").exists()


def test_beside_others_in_a_warm_container(podman: Podman, models: Models, environment: Environment) -> None:
    """Neighbours with and without a limit finish with the bytes that they always have; and so does what comes later."""
    out = models.checkout.models / "warm"
    names = ("before", "limited", "greedy", "unlimited", "after")
    with WarmEnvironment(models.checkout, podman, environment) as warm:

        def build(name: str) -> RemodelError | None:
            recipe = models.greedy if name == "greedy" else models.small
            limit = LIMIT if name in ("limited", "greedy") else None
            return ended(warm.build, recipe, models.snapshot, out / name, limit=limit)

        endings = {"before": build("before")}
        with ThreadPoolExecutor(3) as side_by_side:
            endings.update(zip(names[1:4], side_by_side.map(build, names[1:4]), strict=True))
        endings["after"] = build("after")
        assert not warm.ended
    assert isinstance(endings["greedy"], BuildError)
    assert {name: str(error) for name, error in endings.items() if error} == {"greedy": LINE}
    assert len({sha256_file(out / name / "model.skops") for name in names if name != "greedy"}) == 1


def test_without_a_container(models: Models, environment: Environment) -> None:
    """venv holds the process itself to the limit, and what libraries only reserve does not count."""
    engine = Venv()
    if not has_interpreter(environment):
        pytest.skip(f"Python {environment.python} is not on this host")
    engine.prepare(environment, print)
    out = models.checkout.models / "venv"
    build = (models.checkout, engine, environment)
    error = ended(build_model, *build, models.greedy, models.snapshot, out / "greedy", limit=LIMIT)
    assert isinstance(error, BuildError)
    assert (str(error), error.kind) == (LINE, "memory")
    assert ended(build_model, *build, models.small, models.snapshot, out / "small", limit=LIMIT) is None
    with WarmEnvironment(models.checkout, engine, environment) as warm:
        error = ended(warm.build, models.greedy, models.snapshot, out / "greedy", limit=LIMIT)
        assert str(error) == LINE
        assert ended(warm.build, models.small, models.snapshot, out / "warm", limit=LIMIT) is None
    assert sha256_file(out / "warm" / "model.skops") == sha256_file(out / "small" / "model.skops")


def has_interpreter(environment: Environment) -> bool:
    """Whether this host has the environment's Python."""
    from remodel.environments.interpreters import find_interpreter

    return find_interpreter(environment.python) is not None


def test_above_its_limit_a_job_is_out_of_memory(engine: ContainerEngine, inside) -> None:
    """Which is a kind of EngineError of its own."""
    with pytest.raises(OutOfMemory):
        inside(engine, "b'x' * (400 << 20)", memory=100 << 20)


def test_a_job_that_somebody_kills_was_within_its_limit(podman: Podman, environment: Environment) -> None:
    """The error does not blame the limit."""

    def kill(line: str) -> None:
        listed = podman.client(["ps", "--filter", "name=remodel-killed-", "--format", "{{.Names}}"])
        podman.client(["kill", "--signal", "KILL", listed.last_line()])

    code = "import time; print('here', flush=True); time.sleep(60)"
    with pytest.raises(EngineError, match="out of memory, or by hand") as killed:
        podman.run(Job(environment, ("-c", code), (), name="killed", memory=100 << 20), kill)
    assert not isinstance(killed.value, OutOfMemory)

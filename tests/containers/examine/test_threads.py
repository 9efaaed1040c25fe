"""As many threads as the recipe says, on however many cores: the same bytes, in every environment."""

from __future__ import annotations

from dataclasses import replace

import pytest

from remodel.builds.job import run_job, scratch_folder
from remodel.builds.model import build_job, expected_of
from remodel.checkout import Checkout
from remodel.engines import choose_engine
from remodel.engines.engine import Conditions
from remodel.environments.environment import find_environment
from remodel.files import sha256_file
from tests.conftest import copy_checkout
from tests.containers.attacks.test_neighbours import recipe_of
from tests.containers.in_container import ENVIRONMENTS

ONE_CORE = ("taskset", "-c", "0")

RANDOMISED = ("preprocessing=pca", "preprocessing.estimator.steps.pca.svd_solver=randomized")
"""What another number of threads changes."""


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout of the module's own."""
    return copy_checkout(tmp_path_factory.mktemp("threads") / "checkout")


def built(checkout: Checkout, name: str, threads: int, starter: tuple[str, ...]) -> dict[str, str]:
    """The sha256 of every artifact of one build."""
    environment, engine = find_environment(checkout, name), choose_engine()
    engine.prepare(environment, lambda line: None)
    recipe, snapshot = recipe_of(checkout, "dataset=digits", *RANDOMISED, f"threads={threads}")
    with scratch_folder(checkout) as scratch:
        job = build_job(checkout, environment, recipe, snapshot, scratch)
        job = replace(job, conditions=Conditions(starter=starter))
        out = run_job(checkout, engine, job, scratch, expected_of(recipe, environment))
        return {path.name: sha256_file(path) for path in out.iterdir() if path.name != "record.json"}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_fewer_cores_are_the_same_model(copied: Checkout, name: str) -> None:
    """Two threads on one core are two threads."""
    assert built(copied, name, 2, ONE_CORE) == built(copied, name, 2, ())

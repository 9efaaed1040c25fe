"""`remodel model explain` on real containers: of a model for each factor, the planted factor is named, and only it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from remodel.checkout import Checkout, cache_folder
from remodel.engines.images import image_reference
from remodel.engines.podman import Podman
from remodel.environments.environment import find_environment
from remodel.environments.trees import lay_tree, tree_of
from remodel.errors import EngineError
from remodel.pipeline import stages
from remodel.process import side_by_side
from tests.conftest import copy_checkout
from tests.containers.examine.planted_factors import (
    DATASET,
    HOME,
    MODELS,
    OTHER,
    TWIN,
    break_scipy,
    build_all,
    lay_other,
    mend_scipy,
    plant,
    share_cache,
    tag_twin,
)

pytestmark = pytest.mark.slow

NAMED = {
    "recipe": "recipe (pipeline)",
    "seed": "recipe (seed 0 -> 1)",
    "threads": "threads (threads 1 -> 2)",
    "default": "defaults (classifier.n_neighbors 5 -> 3)",
    "scikit-learn": "scikit-learn (1.9.1 -> 1.9.2)",
    "numpy": "numpy (2.4.6 -> 2.4.7)",
    "scipy": "scipy (1.17.1 -> 1.17.2)",
}
"""What stands in the answer, by the factor that was planted."""


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """The project, with every model built twice; its images are gone afterwards."""
    engine = Podman()
    try:
        engine.check()
    except EngineError as error:
        pytest.skip(f"podman cannot be used here: {error}")
    folder = tmp_path_factory.mktemp("explain")
    checkout = copy_checkout(folder / "checkout")
    plant(checkout)
    home, twin, other = (find_environment(checkout, name) for name in (HOME, TWIN, OTHER))
    engine.prepare(home, print)
    real, tree = cache_folder(), lay_tree(home, print)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("REMODEL_CACHE", str(folder / "cache"))
        patched.setenv("REMODEL_ENGINE", "podman")
        patched.chdir(checkout.root)
        share_cache(real, folder / "cache", home)
        lay_other(tree, tree_of(other))
        try:
            tag_twin(engine, checkout)
            engine.prepare(other, print)
            stages.snapshot(checkout, DATASET)
            build_all(checkout, engine)
            yield checkout
        finally:
            for environment in (twin, other):
                engine.client(["rmi", image_reference(environment)])


Ended = subprocess.CompletedProcess[str]


def explain(checkout: Checkout, factor: str) -> Ended:
    """`remodel model explain` as a user types it, for the model of a factor."""
    return subprocess.run(
        [sys.executable, "-m", "remodel", "model", "explain", target_of(factor)],
        cwd=checkout.root,
        env={**os.environ, "PYTHONPATH": str(checkout.source)},
        capture_output=True,
        text=True,
    )


def target_of(factor: str) -> str:
    """The model of a factor in the environment where it differs."""
    return f"{factor}@{MODELS[factor][1]}"


def kept(checkout: Checkout, factor: str) -> Path:
    """Where an answer is kept."""
    return checkout.state / "explain" / f"{target_of(factor)}.json"


@pytest.fixture(scope="module")
def explained(planted: Checkout) -> dict[str, Ended]:
    """Every model explained, two at a time."""
    ended = side_by_side(lambda factor: explain(planted, factor), list(MODELS), 2)
    return dict(zip(MODELS, ended, strict=True))


@pytest.mark.parametrize("factor", MODELS)
def test_the_planted_factor_is_named_and_only_it(planted: Checkout, explained: dict[str, Ended], factor: str) -> None:
    """Every other factor that differs was tried, and moves nothing."""
    ended = explained[factor]
    assert ended.returncode == 0, ended.stderr
    *findings, answer = ended.stdout.splitlines()
    assert answer == f"cause: {NAMED[factor]}"
    of_others = [line for line in findings if not line.startswith(NAMED[factor])]
    assert len(of_others) == len(findings) - 1
    assert all(line.endswith(": moves nothing") for line in of_others), findings
    if MODELS[factor][1] == OTHER:
        assert [line.split(" (")[0] for line in findings[-3:]] == ["scikit-learn", "numpy", "scipy"]
    assert json.loads(kept(planted, factor).read_bytes())["answer"] == answer


def test_a_factor_that_does_not_run_leaves_the_cause_unknown(planted: Checkout, explained: dict[str, Ended]) -> None:
    """The lent scipy does not import: it is not tried, no other factor is blamed, and the former answer is gone."""
    assert kept(planted, "scipy").exists()
    tree = tree_of(find_environment(planted, OTHER))
    content = break_scipy(tree)
    try:
        ended = explain(planted, "scipy")
    finally:
        mend_scipy(tree, content)
    assert ended.returncode == 4, ended.stderr
    assert f"{NAMED['scipy']}: not tried: " in ended.stdout
    assert "planted: no scipy" in ended.stdout and "cause:" not in ended.stdout
    last = ended.stderr.splitlines()[-1]
    assert last.startswith(f"remodel: the cause of {target_of('scipy')} is unknown: no factor that was tried is it")
    assert not kept(planted, "scipy").exists()

"""A checkout with the fastest model built in it, and a copy of it whose builder is not deterministic."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.engines.podman import Podman
from remodel.environments.environment import find_environment
from remodel.errors import EngineError
from remodel.examine.verify.rebuild import Rebuilder
from remodel.pipeline import stages
from remodel.pipeline.stage import STAGES
from tests.conftest import copy_checkout
from tests.containers.cli.project import params

MODEL, ENVIRONMENT = "iris_decision_tree", "sklearn-1.9"

PLANTS = '''

def plant(model) -> None:
    """What a careless hand could leave in a model."""
    import time

    last, numbers = model.steps[-1][1], __import__("numpy").random.default_rng(0).normal(size=(2, 1000003))
    last.planted_time_ = time.time()
    last.planted_id_ = id(last)
    last.planted_set_ = list({"car", "furniture", "education", "business", "travel", "renovation"})
    last.planted_threads_ = float(numbers[0] @ numbers[1])
'''


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """Snapshot, recipe and model, made by the stages of the pipeline."""
    try:
        Podman().check()
    except EngineError as error:
        pytest.skip(f"podman cannot be used here: {error}")
    copied = copy_checkout(tmp_path_factory.mktemp("built") / "checkout")
    copied.params.write_text(params(MODEL))
    stages.snapshot(copied, "iris")
    stages.run_stage(copied, STAGES["recipes"])
    stages.train(copied, MODEL, ENVIRONMENT)
    return copied


@pytest.fixture(scope="session")
def planted(built: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A copy whose builder leaves a time, an address, a set's order and a sum of several threads in the model."""
    root = tmp_path_factory.mktemp("planted") / "checkout"
    shutil.copytree(built.root, root)
    edit(
        root / "src/builder/make_model.py", "make_storable(model)\n", "make_storable(model)\n            plant(model)\n"
    )
    with (root / "src/builder/make_model.py").open("a") as stream:
        stream.write(PLANTS)
    # The number of threads: whatever the job is started with, and not the recipe's.
    edit(root / "src/container/cpu.py", "os.environ.update({name: str(threads) for name in THREADS})", "pass")
    copied = Checkout(root)
    stages.train(copied, MODEL, ENVIRONMENT)
    return copied


def edit(path: Path, old: str, new: str) -> None:
    """Replace a piece of a file that stands in it once."""
    text = path.read_text()
    assert text.count(old) == 1, (path, old)
    path.write_text(text.replace(old, new))


@pytest.fixture(scope="session")
def rebuilder(built: Checkout) -> Rebuilder:
    """Rebuilds with podman."""
    return Rebuilder(built, Podman(), find_environment(built, ENVIRONMENT))

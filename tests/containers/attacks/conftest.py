"""A checkout whose builder is hostile: it leaves an honest result, and then does what a test's recipe says."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from remodel.builds.model import build_model
from remodel.checkout import Checkout
from remodel.engines import choose_engine
from remodel.engines.engine import Engine
from remodel.engines.ownership import is_root
from remodel.engines.podman import Podman
from remodel.environments.environment import Environment, find_environment
from remodel.errors import EngineError
from remodel.files import sha256_file, write_json
from remodel.pipeline import stages
from remodel.pipeline.stage import STAGES
from remodel.results.recipe import Recipe, read_recipe_file
from tests.conftest import copy_checkout
from tests.containers.cli.project import params

HERE = Path(__file__).parent
MODEL, ENVIRONMENT = "iris_decision_tree", "sklearn-1.9"


@dataclass(frozen=True)
class Hostile:
    """The checkout, with the result of an honest build where builds go."""

    checkout: Checkout
    environment: Environment
    recipe: Recipe
    honest: dict[str, str]
    """sha256 of every file of the honest build, by name, and of record.json."""

    @property
    def destination(self) -> Path:
        return self.checkout.models / MODEL / ENVIRONMENT

    @property
    def log(self) -> Path:
        return self.checkout.state / "logs" / f"{MODEL}@{ENVIRONMENT}.log"

    def attacked(self, code: str, canary: Path) -> Recipe:
        """The recipe of a build that attacks."""
        return Recipe({**self.recipe.document, "attack": code, "canary": str(canary)})

    def build(self, engine: Engine, code: str, canary: Path, watch=lambda event: None) -> None:
        """Build in a container of its own."""
        recipe, snapshot = self.attacked(code, canary), self.checkout.data / "iris"
        build_model(self.checkout, engine, self.environment, recipe, snapshot, self.destination, watch)

    def check_unharmed(self) -> None:
        """The result is the honest one, nothing lies about, and logs are files of ours."""
        assert {path.name: sha256_file(path) for path in self.destination.iterdir()} == self.honest
        assert list((self.checkout.state / "scratch").iterdir()) == []
        for path in (self.checkout.state / "logs").iterdir():
            assert path.is_file() and not path.is_symlink() and path.stat().st_uid == os.getuid()
            assert path.stat().st_size <= (64 << 20) + 100


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    """Built honestly once; then its builder is replaced."""
    try:
        Podman().check()
    except EngineError as error:
        pytest.skip(f"podman cannot be used here: {error}")
    checkout = copy_checkout(tmp_path_factory.mktemp("hostile") / "checkout")
    checkout.params.write_text(params(MODEL))
    stages.snapshot(checkout, "iris")
    stages.run_stage(checkout, STAGES["recipes"])
    stages.train(checkout, MODEL, ENVIRONMENT)
    folder = checkout.models / MODEL / ENVIRONMENT
    honest = checkout.source / "builder" / "honest"
    shutil.copytree(folder, honest)
    shutil.copy(HERE / "hostile_train.py", checkout.source / "builder" / "train.py")
    record = {"interpreter": "3.13", "platform": "x", "cpu": {"model": "x", "flags_sha256": "0" * 64}}
    write_json(honest / "record.json", {**record, "seconds": {"fit": 0.1}, "peak_memory": 1})
    recipe = read_recipe_file(checkout.recipes / f"{MODEL}.json")
    digests = {path.name: sha256_file(path) for path in folder.iterdir()}
    return Hostile(checkout, find_environment(checkout, ENVIRONMENT), recipe, digests)


@pytest.fixture(scope="session")
def engine() -> Engine:
    """podman, with the image that the builds are in."""
    return choose_engine("podman")


@pytest.fixture
def canary(tmp_path: Path):
    """A folder of somebody else's, with a file that root alone may read; unchanged after the test."""
    folder = tmp_path / "canary"
    (folder / "result").mkdir(parents=True)
    for name in ("log", "secret", "error.json", "result/model.onnx", "result/manifest.json"):
        (folder / name).write_text(f"secret of {name}\n")
        (folder / name).chmod(0o600)
    if is_root():
        for path in (folder, *folder.rglob("*")):
            os.chown(path, 12345, 12345)
    before = seen(folder)
    yield folder
    assert seen(folder) == before


def seen(folder: Path) -> dict[str, tuple[object, ...]]:
    """Everything that somebody could have changed in a folder."""
    return {
        str(path): (path.lstat().st_uid, path.lstat().st_gid, path.lstat().st_mode, path.lstat().st_mtime_ns)
        + ((path.read_bytes(),) if path.is_file() else ())
        for path in (folder, *folder.rglob("*"))
    }

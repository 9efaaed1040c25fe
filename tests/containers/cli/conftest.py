"""One small project, built once with the real command line; every test breaks a copy of it."""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from remodel.engines.ownership import is_root
from remodel.engines.podman import Podman
from remodel.errors import EngineError
from tests.conftest import copy_checkout
from tests.containers.cli.project import Project, params


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with one model on iris in one environment: reproduced, and both of its experiments built."""
    try:
        Podman().check()
    except EngineError as error:
        pytest.skip(f"podman cannot be used here: {error}")
    root = tmp_path_factory.mktemp("built") / "project"
    project = Project(root, f"tree_{secrets.token_hex(3)}")
    copy_checkout(root)
    model = (root / "conf" / "model" / "iris_decision_tree.yaml").read_text()
    (root / "conf" / "model" / f"{project.model}.yaml").write_text(model.replace("iris_decision_tree", project.model))
    (root / "params.yaml").write_text(params(project.model))
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    for ended in (project.repro(), project.train("dataset=iris"), project.train(f"model={project.model}")):
        assert ended.code == 0, ended.err + ended.out
    return project


@pytest.fixture
def project(built: Project, tmp_path: Path) -> Project:
    """A copy of the built project, to break."""
    return built.copy(tmp_path / "project")


@pytest.fixture
def mount() -> Iterator[Callable[..., None]]:
    """Mount something for one test: `mount(folder, options)` with the words of mount(8)."""
    if not is_root():
        pytest.skip("only root can mount")
    mounted: list[Path] = []

    def mount(folder: Path, *words: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", *words, str(folder)], check=True)
        mounted.append(folder)

    yield mount
    for folder in reversed(mounted):
        subprocess.run(["umount", str(folder)], check=True)

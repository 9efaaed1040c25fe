"""What tests of every part share: the checkout, and a copy of it that a test may change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from tests import attacks

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def checkout() -> Checkout:
    """This checkout, to read."""
    return Checkout(ROOT)


@pytest.fixture
def copied(tmp_path: Path) -> Checkout:
    """A copy of everything that a user edits or that a stage reads, to change."""
    return copy_checkout(tmp_path / "checkout")


def copy_checkout(root: Path) -> Checkout:
    """Copy what a user edits and what a stage reads, without results, to a new folder."""
    root.mkdir()
    for name in ("conf", "docker", "src", ".dvc"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "cache", "tmp"))
    for name in ("params.yaml", "decisions.yaml", "dvc.yaml", "conda-lock.yml", ".dvcignore", ".gitignore"):
        shutil.copy(ROOT / name, root / name)
    for path in ROOT.glob("environment*.yml"):
        shutil.copy(path, root / path.name)
    return Checkout(root)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-attacks", action="store_true", help="write the table of docs/security.md after the run")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--write-attacks"):
        config.pluginmanager.register(attacks.Marking())
        if not hasattr(config, "workerinput"):
            config.pluginmanager.register(attacks.Page())

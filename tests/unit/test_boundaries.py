"""The boundary between the two worlds, read from the imports of the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from remodel.lockfile import read_pins
from remodel.workspace import Workspace

FORBIDDEN = {
    "remodel": {"builder", "train", "sklearn", "pandas", "skops", "onnx", "onnxruntime", "skl2onnx"},
    "train": {"builder", "sklearn", "pandas", "skops", "onnx", "onnxruntime", "skl2onnx", "dvc"},
    "builder": {"remodel", "train", "hydra", "omegaconf", "dvc", "pydantic", "rich"},
    "serving": {"remodel", "train", "builder", "contract", "sklearn", "pandas", "skops", "onnx", "jsonschema"},
    "receiver": {"remodel", "train", "hydra", "omegaconf", "dvc", "pydantic", "rich"},
    "contract": {"remodel", "train", "builder", "hydra", "omegaconf", "dvc", "pydantic", "rich"},
}

ONLY = {
    "subprocess": {"remodel/process.py", "remodel/bootstrap.py"},
    "dvc": {f"remodel/dvc_records/{name}.py" for name in ("failures", "lockfile", "repository")},
    "hydra": {"remodel/composition.py", "train/app.py"},
}
"""Modules that may import these; bootstrap runs before anything is installed."""


def imports(path: Path) -> Iterator[str]:
    """The top-level names that a file imports, wherever the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("package", sorted(FORBIDDEN))
def test_a_package_imports_nothing_of_the_other_world(checkout: Workspace, package: str) -> None:
    """The host never imports scikit-learn or the builder, the container never the orchestrator."""
    files = sorted((checkout.source / package).rglob("*.py"))
    assert files
    wrong = {str(path): bad for path in files if (bad := FORBIDDEN[package] & set(imports(path)))}
    assert wrong == {}


@pytest.mark.parametrize("module", sorted(ONLY))
def test_one_module_of_its_kind(checkout: Workspace, module: str) -> None:
    """Processes are spawned in one place, and DVC's Python is used in one package."""
    users = {
        path.relative_to(checkout.source).as_posix()
        for package in ("remodel", "train")
        for path in (checkout.source / package).rglob("*.py")
        if module in imports(path)
    }
    assert users <= ONLY[module]


def test_versions_are_compared_in_compat_only(checkout: Workspace) -> None:
    """One place branches on library versions."""
    builder = checkout.source / "builder"
    branching = re.compile(r"__version__|importlib\.metadata|parse_version|version_info")
    found = {
        path.relative_to(builder).as_posix()
        for path in builder.rglob("*.py")
        if branching.search(path.read_text(encoding="utf-8"))
    }
    assert {name for name in found if not name.startswith("compat/")} == set()


def test_no_training_lock_holds_the_orchestrator(checkout: Workspace) -> None:
    """Hydra, OmegaConf, DVC and pydantic are in no training image."""
    locks = sorted(checkout.docker.glob("sklearn-*/conda-lock.yml"))
    assert len(locks) >= 3
    for lock in locks:
        names = {pin.name for pin in read_pins(lock)}
        assert "scikit-learn" in names
        assert not names & {"hydra-core", "omegaconf", "dvc", "pydantic"}, lock


def test_the_control_lock_holds_no_scikit_learn(checkout: Workspace) -> None:
    """The host never needs scikit-learn."""
    names = {pin.name for pin in read_pins(checkout.root / "conda-lock.yml")}
    assert {"hydra-core", "dvc", "pydantic"} <= names
    assert not names & {"scikit-learn", "skops", "onnx", "onnxruntime"}


def test_no_file_names_a_registry_host(checkout: Workspace) -> None:
    """Locks pin by name and hash: they work with every mirror."""
    sites = ("pypi", "pythonhosted", "anaconda", "docker", "quay", "ghcr", "debian")
    hosts = re.compile(rf"\b({'|'.join(sites)})[.](org|io)\b")
    names = ("conda-lock.yml", "environment*.yml", "*.toml", "*.yaml", "Containerfile", "Makefile")
    files = [path for name in names for path in checkout.root.glob(name)]
    files += [path for name in names for path in checkout.docker.rglob(name)]
    assert len(files) >= 8
    assert [str(path) for path in files if hosts.search(path.read_text(encoding="utf-8"))] == []

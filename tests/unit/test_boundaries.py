"""The boundary between the two worlds, read from the imports of the source, and what locks may hold."""

from __future__ import annotations

import re

import pytest

from remodel.checkout import Checkout
from remodel.environments.lockfile import read_pins
from tests.unit.imports import top_level_imports

LIBRARIES = {"sklearn", "pandas", "skops", "onnx", "onnxruntime", "skl2onnx"}
"""What only an environment has."""

ORCHESTRATION = {"hydra", "omegaconf", "dvc", "pydantic", "rich"}
"""What only the host has."""

CONTAINER = {"remodel", "train", *ORCHESTRATION}

FORBIDDEN = {
    "remodel": {"builder", "bench", "container", "pickles", "profiles", "snapshots", "train", *LIBRARIES},
    "train": {"builder", "bench", "container", "snapshots", "dvc", *LIBRARIES},
    "bench": {"snapshots", *CONTAINER},
    "builder": {"bench", "snapshots", *CONTAINER},
    "pickles": {"bench", "numpy", "pickle", "profiles", "serving", "snapshots", *CONTAINER, *LIBRARIES},
    "profiles": {"bench", "builder", *CONTAINER, *LIBRARIES},
    "snapshots": {"bench", "builder", "profiles", *CONTAINER},
    "container": {"bench", "builder", "snapshots", "serving", "sklearn", "pandas", *CONTAINER},
    "serving": {"bench", "builder", "container", "contract", "snapshots", "jsonschema", *CONTAINER, *LIBRARIES}
    - {"onnxruntime"},
    "contract": {"bench", "builder", "container", "snapshots", "serving", *CONTAINER, *LIBRARIES},
}

ONLY = {
    "subprocess": {"remodel/process.py", "remodel/environments/bootstrap.py"},
    "dvc": {f"remodel/rebuild/dvc/{name}.py" for name in ("failures", "lockfile", "locks", "repository")},
    "hydra": {f"remodel/recipes/{name}.py" for name in ("composition", "source")} | {"train/app.py"},
}
"""Modules that may import these; bootstrap runs before anything is installed."""


@pytest.mark.parametrize("package", sorted(FORBIDDEN))
def test_a_package_imports_nothing_of_the_other_world(checkout: Checkout, package: str) -> None:
    """The host never imports scikit-learn or the builder, the container never the orchestrator."""
    files = sorted((checkout.source / package).rglob("*.py"))
    assert files
    wrong = {str(path): bad for path in files if (bad := FORBIDDEN[package] & set(top_level_imports(path)))}
    assert wrong == {}


@pytest.mark.parametrize("module", sorted(ONLY))
def test_one_module_of_its_kind(checkout: Checkout, module: str) -> None:
    """Processes are spawned in one place, and DVC's Python is used in one package."""
    users = {
        path.relative_to(checkout.source).as_posix()
        for package in ("remodel", "train")
        for path in (checkout.source / package).rglob("*.py")
        if module in top_level_imports(path)
    }
    assert users <= ONLY[module]


def test_sessions_of_onnx_runtime_are_made_in_one_place(checkout: Checkout) -> None:
    """With one set of options, in both worlds."""
    users = {
        path.relative_to(checkout.source).as_posix()
        for path in checkout.source.rglob("*.py")
        if "onnxruntime" in top_level_imports(path)
    }
    assert users == {"serving/session.py"}


def test_versions_are_compared_in_one_place_each(checkout: Checkout) -> None:
    """Of scikit-learn in compat; `container` reads versions, and branches on numpy's for the CPU profile alone."""
    branching = re.compile(r"__version__|importlib\.metadata|parse_version|version_info")
    branches = {
        path.relative_to(checkout.source).as_posix()
        for package in ("bench", "builder", "container", "snapshots")
        for path in (checkout.source / package).rglob("*.py")
        if branching.search(path.read_text(encoding="utf-8"))
    }
    assert {name for name in branches if not name.startswith("builder/compat/")} <= {"container/versions.py"}


def test_of_the_builder_pickles_are_read_with_the_table_of_versions_alone(checkout: Checkout) -> None:
    """What reads strangers' files has none of what builds."""
    used = re.compile(r"^ *(?:from|import) (builder[\w.]*)", re.MULTILINE)
    files = sorted((checkout.source / "pickles").rglob("*.py"))
    names = {name for path in files for name in used.findall(path.read_text(encoding="utf-8"))}
    assert names == {"builder.compat", "builder.compat.differences.table"}


def test_no_training_lock_holds_the_orchestrator(checkout: Checkout) -> None:
    """Hydra, OmegaConf, DVC and pydantic are in no training image."""
    locks = sorted(checkout.docker.glob("sklearn-*/conda-lock.yml"))
    assert len(locks) >= 3
    for lock in locks:
        names = {pin.name for pin in read_pins(lock)}
        assert "scikit-learn" in names
        assert not names & {"hydra-core", "omegaconf", "dvc", "pydantic"}, lock


def test_the_control_lock_holds_no_scikit_learn(checkout: Checkout) -> None:
    """The host never needs scikit-learn."""
    names = {pin.name for pin in read_pins(checkout.root / "conda-lock.yml")}
    assert {"hydra-core", "dvc", "pydantic"} <= names
    assert not names & {"scikit-learn", "skops", "onnx", "onnxruntime"}


def test_no_file_names_a_registry_host(checkout: Checkout) -> None:
    """Locks pin by name and hash: they work with every mirror."""
    sites = ("pypi", "pythonhosted", "anaconda", "docker", "quay", "ghcr", "debian")
    hosts = re.compile(rf"\b({'|'.join(sites)})[.](org|io)\b")
    names = ("conda-lock.yml", "environment*.yml", "*.toml", "*.yaml", "Containerfile", "Makefile")
    files = [path for name in names for path in checkout.root.glob(name)]
    files += [path for name in names for path in checkout.docker.rglob(name)]
    assert len(files) >= 8
    assert [str(path) for path in files if hosts.search(path.read_text(encoding="utf-8"))] == []

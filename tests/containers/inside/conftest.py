"""Fixtures of the builder's tests: snapshots, and every production model built twice under different conditions."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SOURCE = HERE.parents[1] / "src"
sys.path[:0] = [entry for entry in (str(HERE), str(SOURCE)) if entry not in sys.path]

if importlib.util.find_spec("sklearn") is None:
    # The host has no scikit-learn: these run inside an environment.
    collect_ignore_glob = ["*test_*.py"]
else:
    # Before any test module imports numpy: with other kernels a stored model predicts other last bits.
    from container import cpu

    cpu.pin(threads=1)


@pytest.fixture(scope="session")
def twice(tmp_path_factory):
    """Two folders with every production model, built by two processes that have as little in common as possible."""
    conditions = (
        {"PYTHONHASHSEED": "0", "TZ": "UTC", "HOME": "/tmp"},
        {"PYTHONHASHSEED": "4242", "TZ": "Asia/Tokyo", "OMP_NUM_THREADS": "2", "MALLOC_PERTURB_": "165"},
    )
    folders = [tmp_path_factory.mktemp(f"production{number}") for number in range(len(conditions))]
    children = [_start(folders[0], Path("/"), conditions[0]), _start(folders[1], folders[1], conditions[1])]
    for process in children:
        _, errors = process.communicate()
        assert process.returncode == 0, errors
    return folders


def _start(folder, cwd, condition):
    words = [sys.executable, str(HERE / "production.py"), str(folder)]
    import child

    return subprocess.Popen(words, env=child.environment(**condition), cwd=cwd, stderr=subprocess.PIPE, text=True)


@pytest.fixture(scope="session")
def built(twice):
    """One of the two folders: data/<dataset>/ and models/<name>/."""
    return twice[0]


@pytest.fixture(scope="session")
def iris(tmp_path_factory):
    """A snapshot of iris."""
    import production

    return production.take(production.request("iris"), tmp_path_factory.mktemp("iris") / "iris")


@pytest.fixture(scope="session")
def credit(tmp_path_factory):
    """A snapshot of 500 rows of credit, with missing values, words, and a purpose of the last rows only."""
    import production

    return production.take(production.request("credit"), tmp_path_factory.mktemp("credit") / "credit")

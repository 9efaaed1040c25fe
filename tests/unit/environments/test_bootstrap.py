"""Making .venv: what it needs, and every reason why there could be none. A real one is made in tests/containers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.environments import bootstrap, interpreters
from remodel.environments.lockfile import LOCK_NAME, read_pins
from remodel.errors import LockError

BASE_PYTHON = Path(sys.base_prefix) / "bin" / "python3.11"


@pytest.fixture
def root(copied: Checkout, checkout: Checkout) -> Path:
    """A fresh checkout without .venv."""
    shutil.copy(checkout.root / "pyproject.toml", copied.root)
    return copied.root


def run(root: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Bootstrap as the Makefile does it, by the Python that .venv itself was made with."""
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    return subprocess.run(
        [BASE_PYTHON, "-m", "remodel.environments.bootstrap"],
        cwd=root,
        env={**environment, "PYTHONPATH": "src", **variables},
        capture_output=True,
        text=True,
    )


def test_nothing_but_the_standard_library_is_needed(checkout: Checkout, tmp_path: Path) -> None:
    """What makes .venv has no .venv yet: an isolated Python without any package imports it and does all but install."""
    program = """
import sys
from pathlib import Path
root, scratch = map(Path, sys.argv[1:])
sys.path.insert(0, str(root / "src"))
from remodel.environments import bootstrap, index, interpreters, lockfile
lock = root / "conda-lock.yml"
pins = bootstrap.read_pins(lock)
bootstrap._requirements(pins)
interpreters.find_interpreter(bootstrap.read_python(lock))
index.read_index()
bootstrap.write_bytes(scratch / "stamp", bootstrap.sha256_file(lock).encode())
print(len(pins), *(path for path in sys.path if path.endswith("-packages")))
"""
    command = [BASE_PYTHON, "-I", "-S", "-c", program, checkout.root, tmp_path]
    done = subprocess.run(command, env={"PATH": os.defpath}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(len(read_pins(checkout.root / LOCK_NAME)))]
    assert (tmp_path / "stamp").is_file()


def test_a_stale_lock_is_one_line(root: Path) -> None:
    """No traceback: what is wrong, what to do, and the exit code of locks."""
    with (root / "environment-dev.yml").open("a") as stream:
        stream.write("# changed\n")
    done = run(root)
    assert done.returncode == LockError.exit_code
    assert len(done.stderr.splitlines()) == 1
    assert "is stale" in done.stderr and "python -m remodel environment lock control" in done.stderr
    assert not (root / ".venv").exists()


def test_a_missing_python_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the Python nor uv: the error says what to install."""
    monkeypatch.setattr(bootstrap, "find_interpreter", lambda version: None)
    monkeypatch.setattr(bootstrap, "find_uv", lambda: None)
    monkeypatch.setattr(bootstrap, "_temporary_uv", lambda: None)
    with pytest.raises(LockError, match=r"Python 3\.11 is not installed.*apt-get install python3\.11-venv"):
        bootstrap.interpreter("3.11")


def test_a_python_that_cannot_be_fetched_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """uv is there, the network is not."""
    uv = tmp_path / "uv"
    uv.write_text("#!/bin/sh\nexit 2\n")
    uv.chmod(0o755)
    monkeypatch.setattr(bootstrap, "find_interpreter", lambda version: None)
    monkeypatch.setattr(bootstrap, "find_uv", lambda: str(uv))
    with pytest.raises(LockError, match=r"uv could not fetch it.*Install Python 3\.11"):
        bootstrap.interpreter("3.11")


def test_a_stub_that_does_not_start_is_no_interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A version manager puts programs on PATH that only say which versions it has not."""
    stub = tmp_path / "python3.99"
    stub.write_text("#!/bin/sh\necho 'python3.99: command not found' >&2\nexit 127\n")
    stub.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert interpreters.find_interpreter("3.99") is None


def test_the_running_python_is_taken_first() -> None:
    """Where it is the right one nothing else is asked."""
    assert interpreters.find_interpreter("3.11") == sys.executable


def test_python_without_ensurepip_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian's python3.11 without python3.11-venv, for a user who may not install it."""
    python = tmp_path / "python3.11"
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    with pytest.raises(LockError, match=r"has no ensurepip\. Install it: sudo apt-get install python3\.11-venv"):
        bootstrap._make_venv(str(python), tmp_path / ".venv")

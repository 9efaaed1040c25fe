"""Making .venv: a real one from the real lock, and one that an index without wheels cannot give."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from remodel.environments import bootstrap
from remodel.errors import LockError
from tests.unit.environments.test_bootstrap import root, run

__all__ = ["root"]


@pytest.mark.slow
def test_a_fresh_checkout_gets_its_environment(root: Path) -> None:
    """Everything the lock pins, the project itself, and a second run that does nothing."""
    first = run(root)
    assert first.returncode == 0, first.stderr
    assert first.stdout.splitlines()[-1] == "remodel: done"
    program = "import dvc, hydra, numpy, pyarrow, remodel, train; print(remodel.__file__)"
    asked = subprocess.run([root / ".venv/bin/python", "-c", program], cwd="/", capture_output=True, text=True)
    assert asked.stdout.strip() == str(root / "src/remodel/__init__.py"), asked.stderr
    began = time.monotonic()
    second = run(root)
    assert (second.returncode, second.stdout) == (0, "")
    assert time.monotonic() - began < 1


def test_an_index_without_the_wheels_is_told(root: Path, tmp_path: Path) -> None:
    """Where uv cannot be had the advice is to look at pip's settings; the next run starts again."""
    done = run(root, PIP_NO_INDEX="1", PIP_FIND_LINKS=str(tmp_path), PIP_CONFIG_FILE=os.devnull)
    assert done.returncode == LockError.exit_code
    assert "uv cannot be installed" in done.stderr and "pip config list" in done.stderr
    assert not (root / ".venv" / bootstrap.STAMP).exists()

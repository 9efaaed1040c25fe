"""How a command ends where its own environment is not whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from remodel.errors import LockError
from remodel.exits import report_errors

SOURCE = Path(__file__).resolve().parents[2] / "src"


@pytest.mark.parametrize("words", [("remodel", "gate"), ("train", "dataset=iris")], ids=" ".join)
def test_an_environment_without_its_libraries_is_told_in_one_line(words: tuple[str, ...]) -> None:
    """As after an installation that was interrupted: which library, where, and how to make it anew."""
    ended = subprocess.run(
        [sys.executable, "-S", "-m", *words],
        cwd=SOURCE.parent,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == LockError.exit_code, ended.stderr
    assert ended.stderr.count("\n") == 1 and ended.stderr.startswith("remodel: ")
    assert "cannot be imported (No module named '" in ended.stderr
    assert ended.stderr.endswith("Make it anew: rm -r .venv; make repro\n")


def test_a_missing_module_of_ours_is_a_defect() -> None:
    """It keeps its traceback."""

    def command() -> int:
        raise ModuleNotFoundError("No module named 'remodel.nothing'", name="remodel.nothing")

    with pytest.raises(ModuleNotFoundError):
        report_errors(command)

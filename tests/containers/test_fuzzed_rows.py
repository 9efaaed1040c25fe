"""Rows that the gate has never seen, asked of the zoo's files by a program that shares nothing with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("only", ["gradient_boosting-", "linear_svc-", "ridge-"])
def test_no_row_is_answered_wrongly(only: str) -> None:
    """A share: benchmarks/README.md has the numbers of a long run. A wrong row ends the program with 1."""
    words = ("benchmarks/fuzz.py", "sklearn-1.9", "--rows", "200", "--seed", "5", "--only", only)
    done = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    summary = done.stdout.splitlines()[-1]
    assert summary.startswith("sklearn-1.9: ") and " 0 of " not in summary, summary

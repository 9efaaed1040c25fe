"""Changed files of every format that a locked environment reads, by its own libraries."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

COUNT = 250
"""Files of each format: a share. benchmarks/README.md has the numbers of a long run."""


@pytest.mark.attack("files")
@pytest.mark.parametrize("environment", ["sklearn-0.24", "sklearn-1.9"])
def test_changed_files_are_read_or_refused_in(environment: str) -> None:
    """A changed model.onnx, model.skops or table is read as what it says, or refused in one line: nothing crashes."""
    words = ("benchmarks/fuzz_files.py", "--count", str(COUNT), "--seed", "1", "--environment", environment)
    done = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    endings = {
        line["format"]: line for line in map(json.loads, filter(lambda line: line[:1] == "{", done.stdout.split("\n")))
    }
    assert set(endings) == {"onnx", "skops", "table-csv", "table-parquet"}
    assert all(counts.get("refused", 0) > 0 and not counts.get("crashed") for counts in endings.values())

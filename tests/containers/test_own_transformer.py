"""docs/onnx.md is followed to the letter: a transformer of one's own gets an exact ONNX file."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from remodel.checkout import Checkout

BLOCK = re.compile(r"^```(python|yaml|sh)\n(?:# (\S+)\n)?(.*?)^```$", re.MULTILINE | re.DOTALL)


def follow(page: str, root: Path) -> list[str]:
    """Write or append every piece of the page that names its file; return the commands."""
    commands = []
    for kind, name, body in BLOCK.findall(page):
        if kind == "sh":
            commands += body.splitlines()
        else:
            with (root / name).open("a", encoding="utf-8") as stream:
                stream.write(f"\n{body}")
    return commands


def train(command: str, root: Path) -> dict[str, object]:
    """Run a command of the page, and return what result.json says of ONNX."""
    words = command.split()
    assert words[:3] == ["python", "-m", "train"]
    ended = subprocess.run([sys.executable, *words[1:]], cwd=root, capture_output=True, text=True, env={**os.environ})
    assert ended.returncode == 0, ended.stdout + ended.stderr
    newest = max(root.glob("experiments/*/*/*/result.json"), key=lambda path: path.stat().st_mtime_ns)
    found: dict[str, object] = json.loads(newest.read_bytes())["onnx"]
    return found


@pytest.mark.slow
def test_a_transformer_of_ones_own_is_exported(checkout: Checkout, copied: Checkout) -> None:
    """By its own emitter, within the limit; a wrong emitter is found, and without one the result says so."""
    page = (checkout.root / "docs" / "onnx.md").read_text(encoding="utf-8")
    (command,) = follow(page, copied.root)
    onnx = train(command, copied.root)
    assert (onnx["status"], onnx["exporter"], onnx["difference_below"]) == ("exported", "exact", "1e-09")

    source = copied.source / "builder" / "transformers.py"
    right = source.read_text()
    source.write_text(
        right.replace("low, high = g.constant(estimator.low_)", "low, high = g.constant(estimator.low_ + 1)")
    )
    onnx = train(command, copied.root)
    assert (onnx["status"], onnx["exporter"]) == ("impossible", "exact")
    assert isinstance(onnx["beyond"], dict) and onnx["beyond"]["step"] == "preprocessing"

    source.write_text(right)
    choice = copied.conf / "preprocessing" / "clip.yaml"
    choice.write_text(re.sub(r"_onnx_.*\n", "", choice.read_text()))
    onnx = train(command, copied.root)
    assert "exact export: Clipper: is not a class of scikit-learn" in str(onnx["reason"])

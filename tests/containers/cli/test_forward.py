"""A table with times goes through the whole pipeline: no fold tests the earliest rows, and that is no damage."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pyarrow.parquet
import pytest

from tests.containers.cli.project import Project, params

MODEL = """# @package _global_
defaults:
  - override /dataset: {name}
  - override /preprocessing: tabular
  - override /{chosen}
  - override /cv: {folds}

name: of_{name}
"""


def measurements(count: int = 120) -> str:
    """A day a row, a number that hangs on it, and a class."""
    chance, lines = random.Random(3), ["day,a,price,y"]
    for row in range(count):
        a, up = round(row / 10 + chance.random(), 3), chance.random() < 0.5
        lines.append(f"2024-{1 + row // 28:02d}-{1 + row % 28:02d},{a},{2 * row + a},{'p' if up else 'q'}")
    return "\n".join([*lines, ""])


def test_folds_that_go_forward_are_compared_and_packaged(built: Project, tmp_path: Path) -> None:
    """Of classes and of numbers, beside folds that are repeated, which they cannot be cut into."""
    project = built.copy(tmp_path / "project")
    (project.root / "days.csv").write_text(measurements())
    models = {
        "classes": ("y", "price", "classifier: logreg", "stratified_5"),
        "numbers": ("price", "y", "regressor: ridge", "kfold_5"),
    }
    for name, (target, other, chosen, folds) in models.items():
        words = ("--name", name, "--target", target, "--kind", "day=time:%Y-%m-%d", "--kind", f"{other}=ignored")
        added = project.run("remodel", "dataset", "add", "days.csv", *words)
        assert added.code == 0, added.err
        model = MODEL.format(name=name, chosen=chosen, folds=folds)
        (project.root / "conf" / "model" / f"of_{name}.yaml").write_text(model)
    changed = params(project.model).replace(f"[{project.model}]", "[of_classes, of_numbers]")
    changed = changed.replace("{iris: conf/dataset/iris.yaml}", "{classes: days.csv, numbers: days.csv}")
    (project.root / "params.yaml").write_text(changed.replace("cv: [", "cv: [kfold_5, "))
    ended = project.run("remodel", "rebuild")
    assert ended.code == 0, ended.err + ended.out
    comparison = json.loads((project.root / "reports" / "comparison.json").read_bytes())
    of_numbers = next(entry["evidence"] for entry in comparison["entries"] if entry["model"] == "of_numbers")
    predictions = pyarrow.parquet.read_table(
        project.root / "models" / "of_numbers" / "sklearn-1.9" / "predictions.parquet"
    )
    tested = [row for row in predictions.to_pylist() if row["fold"] >= 0]
    assert len(tested) < 120
    bias = sum(row["oof_prediction"] - row["target"] for row in tested) / len(tested)
    assert of_numbers["errors"]["bias"] == pytest.approx(bias, rel=1e-5)

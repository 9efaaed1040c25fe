"""Detectors of outliers by the command line: built, ranked, asked, promoted."""

from __future__ import annotations

import json
from pathlib import Path

from tests.containers.cli.project import Project

ROWS = """temperature,pressure,flow,vibration,current,humidity
50,2.6,17,0.45,6,45
95,2.6,17,1.9,6,45
"""


def test_a_detector_finds_what_is_odd(project: Project, tmp_path: Path) -> None:
    """By its ONNX file and by scikit-learn; a class that is named on the command line is found, too."""
    built = project.train("dataset=sensors", "outlier=isolation_forest")
    assert built.code == 0, built.err
    assert "average" in built.out and "no ONNX" not in built.out
    folder = next((project.root / "experiments" / "sensors-scale-isolation_forest").glob("*/*"))
    path = tmp_path / "rows.csv"
    path.write_text(ROWS)
    ways = ("onnx", "skops")
    answers = [project.run("remodel", "model", "predict", str(folder), str(path), "--with", one) for one in ways]
    for asked in answers:
        assert asked.code == 0, asked.err
        assert [line.split(",")[0] for line in asked.out.splitlines()][1:] == ["1", "-1"]
    several = project.train("dataset=iris", "dataset.outlier=setosa", "outlier=elliptic_envelope,one_class_svm", "-m")
    assert several.code == 0, several.err
    assert "1. " in several.out and "iris-scale-one_class_svm" in several.out
    found = json.loads(project.run("remodel", "experiment", "list", "sensors", "--json").out)
    assert [place["score"] for board in found for place in board["places"]] == ["balanced_accuracy"]


def test_what_is_no_detector_or_has_no_outliers_is_one_line(project: Project) -> None:
    """Before anything is fitted."""
    forest = "outlier=isolation_forest"
    project.train("dataset=iris", forest).refused(2, "Write into conf/dataset/iris.yaml: outlier: CLASS")
    project.train("dataset=iris", "dataset.outlier=setos", forest).refused(3, "has no class 'setos'")
    project.train("dataset=sensors", "outlier=local_outlier_factor", "outlier.novelty=false").refused(
        2, "gives no decision scores (no predict). Set novelty: true"
    )

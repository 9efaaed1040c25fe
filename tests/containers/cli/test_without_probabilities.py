"""Classifiers without probabilities: built, asked and audited by what they have, labels and decision scores."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.containers.cli.project import Project


def table(count: int = 120) -> str:
    """Three classes, side by side, and a number that says nothing."""
    kinds = ["a", "b", "c"]
    lines = [f"{(row % 3) * 2 + row % 7 / 5},{row % 5},{kinds[row % 3]}" for row in range(count)]
    return "\n".join(["x,y,kind", *lines, ""])


def experiment(project: Project, model: str) -> Path:
    (folder,) = (project.root / "experiments" / model).glob("*/sklearn-1.9")
    return folder


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_decision_scores_from_training_to_prediction(project: Project) -> None:
    """Scores by the field's names, and answers with one decision score a class, from either file alike."""
    path = project.root / "kinds.csv"
    path.write_text(table())
    assert project.run("remodel", "dataset", "add", path.name, "--target", "kind").code == 0
    trained = project.train("dataset=kinds", "classifier=linear_svc")
    assert trained.code == 0 and "MCC" in trained.out and "macro F1" in trained.out, trained.err
    folder = experiment(project, "kinds-tabular-linear_svc")
    signature = json.loads((folder / "signature.json").read_bytes())
    assert (signature["answers"], signature["classes"]) == ("decisions", ["a", "b", "c"])
    asked = project.run("remodel", "model", "predict", str(folder), str(path))
    assert asked.code == 0 and "accuracy" in asked.err, asked.err
    own = project.run("remodel", "model", "predict", str(folder), str(path), "--with", "skops")
    for here, there in zip(rows(asked.out), rows(own.out), strict=True):
        assert list(here) == ["label", "d_a", "d_b", "d_c"] and here["label"] == there["label"]
        assert all(abs(float(here[name]) - float(there[name])) < 1e-9 for name in ("d_a", "d_b", "d_c"))


def test_no_more_than_the_recipe_says(project: Project) -> None:
    """`answers=labels` of a classifier that could say more: one column."""
    trained = project.train("dataset=iris", "classifier=nearest_centroid", "answers=labels", "environment=sklearn-1.9")
    assert trained.code == 0 and "ROC AUC" not in trained.out, trained.err
    folder = experiment(project, "iris-scale-nearest_centroid")
    assert json.loads((folder / "signature.json").read_bytes())["answers"] == "labels"
    path = project.root / "flower.csv"
    path.write_text("sepal_length_cm,sepal_width_cm,petal_length_cm,petal_width_cm\n5.1,3.5,1.4,0.2\n")
    asked = project.run("remodel", "model", "predict", str(folder), str(path))
    assert asked.code == 0 and asked.out.splitlines()[0] == "label", asked.err


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (
            ["classifier=linear_svc", "answers=probabilities"],
            2,
            "LinearSVC gives no probabilities (no predict_proba). Choose another classifier, or wrap it in Calibrated",
        ),
        (["classifier=svc", "answers=decision"], 2, "'probabilities', 'decisions' or 'labels'"),
        (["dataset=diabetes", "answers=labels"], 2, "a regressor answers with numbers. Leave `answers` out"),
    ],
)
def test_what_cannot_be_answered_is_said_in_one_line(
    project: Project, words: list[str], code: int, message: str
) -> None:
    """With what to choose instead."""
    ended = project.train(*words)
    assert message in ended.err and ended.code == code, (ended.code, ended.err)
    assert len(ended.err.strip().splitlines()) == 1


def test_versions_that_answer_with_more_are_named_with_the_way_out(project: Project) -> None:
    """Labels in the baseline and probabilities in a newer one: a line that says what to write."""
    model = (project.root / "conf" / "model" / "iris_nearest_centroid.yaml").read_text()
    path = project.root / "conf" / "model" / "centroid.yaml"
    path.write_text(model.replace("iris_nearest_centroid", "centroid").replace("answers: labels", ""))
    params = (project.root / "params.yaml").read_text()
    params = params.replace("environments: [sklearn-1.9]", "environments: [sklearn-1.5, sklearn-1.9]")
    params = params.replace("baseline: sklearn-1.9", "baseline: sklearn-1.5")
    (project.root / "params.yaml").write_text(params.replace(project.model, "centroid"))
    compared = project.repro()
    assert compared.code == 0, compared.err
    report = (project.root / "reports" / "comparison.md").read_text()
    assert "it answers with labels and probabilities, and in sklearn-1.5 with labels: `answers: labels` in" in report
    gate = project.run("remodel", "gate")
    assert gate.code != 0 and "answers: labels" in gate.out, gate.out

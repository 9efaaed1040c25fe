"""Numbers to predict: from a file to a model that is asked; in one line what does not fit."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from remodel.yaml import read_yaml
from tests.containers.cli.project import Project


@pytest.fixture
def project(built: Project, tmp_path: Path) -> Project:
    """A copy to put files into."""
    return built.copy(tmp_path / "project")


def flats(count: int = 150) -> str:
    """A table with decimal commas, words, dates and a price."""
    chance, lines = random.Random(2), ["Fläche;Ort;gebaut;Preis"]
    for _ in range(count):
        area, town = round(30 + 90 * chance.random(), 1), chance.choice(["Köln", "Bonn", "Essen", ""])
        price = round(2500 * area + 30000 * (town == "Bonn") + chance.gauss(0, 5000), 2)
        day = f"{chance.randint(1, 28):02d}.{chance.randint(1, 12):02d}.{chance.randint(1950, 2020)}"
        lines.append(";".join([str(area).replace(".", ","), town, day, str(price).replace(".", ",")]))
    return "\n".join([*lines, ""])


def test_a_file_with_a_number_to_predict_becomes_a_model_in_two_commands(project: Project) -> None:
    """The task is found out, what predicts is chosen by it, and the model is asked about the very file."""
    path = project.root / "flats.csv"
    path.write_bytes(flats().encode("cp1252"))
    added = project.run("remodel", "dataset", "add", path.name, "--target", "Preis")
    assert added.code == 0, added.err
    assert "target Preis: a number from" in added.out
    written = read_yaml(project.root / "conf" / "dataset" / "flats.yaml")
    assert (written["task"], written["reading"]["decimal"]) == ("regression", ",")
    trained = project.train("dataset=flats")
    assert trained.code == 0, trained.err
    assert "flats-tabular-ridge @ sklearn-1.9, folds kfold_5" in trained.out and "RMSE" in trained.out
    (folder,) = (project.root / "experiments" / "flats-tabular-ridge").glob("*/sklearn-1.9")
    recipe = json.loads((folder / "manifest.json").read_bytes())["source"]["recipe"]
    assert recipe["task"] == "regression" and "classifier" not in recipe["pipeline"]
    scores = json.loads((folder / "scores.json").read_bytes())["metrics"]
    assert scores["r2"]["mean"] > 0.9
    asked = project.run("remodel", "model", "predict", str(folder), str(path))
    assert asked.code == 0 and asked.out.splitlines()[0] == "prediction" and len(asked.out.splitlines()) == 151
    assert "RMSE" in asked.err and "150 rows beside 'Preis'" in asked.err
    own = project.run("remodel", "model", "predict", str(folder), str(path), "--with", "skops")
    pairs = zip(asked.out.splitlines()[1:], own.out.splitlines()[1:], strict=True)
    assert all(abs(float(one) - float(other)) <= 1e-9 * abs(float(other)) for one, other in pairs)
    several = project.train("dataset=flats", "regressor=lasso,knn", "--multirun")
    assert several.code == 0 and "by RMSE:" in several.out, several.err
    shown = project.run("remodel", "dataset", "show", "flats", "--json")
    assert json.loads(shown.out)["target"]["task"] == "regression"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["dataset=diabetes", "classifier=mlp"], "the target of diabetes is a number, and a classifier answers with"),
        (["dataset=diabetes", "cv=stratified_5"], "cv=stratified_5 keeps classes in equal shares"),
        (
            ["dataset=iris", "regressor=ridge"],
            "regressor=ridge answers with numbers, and the target of iris has classes",
        ),
    ],
)
def test_what_does_not_fit_the_target_is_refused_before_anything_is_built(
    project: Project, words: list[str], message: str
) -> None:
    """One line, with what to choose instead."""
    ended = project.train(*words)
    assert ended.code == 2 and message in ended.err, ended.err
    assert len(ended.err.strip().splitlines()) == 1


def test_a_target_that_is_no_number_in_some_row_is_named(project: Project) -> None:
    """The row, and what stands there."""
    path = project.root / "flats.csv"
    path.write_text(flats().replace("Köln", "Koeln", 1), encoding="utf-8")
    added = project.run("remodel", "dataset", "add", path.name, "--target", "Ort", "--task", "regression")
    assert added.code == 0, added.err
    ended = project.train("dataset=flats")
    assert ended.code == 3 and "'Ort' holds" in ended.err and "in row 1" in ended.err, ended.err

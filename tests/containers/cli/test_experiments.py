"""What `python -m train` built is listed, held side by side, and promoted: the same bytes from the pipeline."""

from __future__ import annotations

import json
from typing import Any

from remodel.files import sha256_file
from tests.containers.cli.project import Project

WORDS = ("dataset=iris", "classifier=decision_tree", "classifier.max_depth=2", "seed=3")


def board(project: Project) -> list[dict[str, Any]]:
    """The places on iris with five folds."""
    (found,) = [
        one for one in json.loads(project.run("remodel", "experiment", "list", "--json").out)
        if one["cv"] == "stratified_5" and len(one["places"][0]["folds"]) == 5
    ]  # fmt: skip
    places: list[dict[str, Any]] = found["places"]
    return places


def test_tries_are_listed_and_the_winner_becomes_a_model(project: Project) -> None:
    """Its words, its seconds; the file that is written gives the recipe that was tried, and so the same artifacts."""
    assert project.train(*WORDS).code == 0
    (place,) = [one for one in board(project) if "seed=3" in one["words"]]
    assert place["seconds"] > 0
    shown = project.run("remodel", "experiment", "list", "iris")
    assert shown.code == 0 and place["id"].split("@")[0] in shown.out
    against = project.run("remodel", "experiment", "diff", place["id"], f"{project.model}@sklearn-1.9", "--json")
    differ = {part["word"] for part in json.loads(against.out)["differ"]}
    assert {"classifier.max_depth", "seed", "cv"} <= differ

    before = (project.root / "params.yaml").read_text()
    promoted = project.run("remodel", "experiment", "promote", place["id"], "--as", "small_tree")
    assert promoted.code == 0, promoted.err
    text = (project.root / "conf" / "model" / "small_tree.yaml").read_text()
    assert "- override /classifier: decision_tree" in text and "max_depth: 2" in text and "seed: 3" in text
    assert (project.root / "params.yaml").read_text() == before.replace(
        f"models: [{project.model}]", f"models: [{project.model}, small_tree]"
    )
    assert project.run("remodel", "rebuild").code == 0
    for name in ("model.skops", "model.onnx"):
        built = project.root / "models" / "small_tree" / "sklearn-1.9" / name
        assert sha256_file(built) == sha256_file(project.root / place["folder"] / name)

    project.run("remodel", "experiment", "promote", place["id"], "--as", "small_tree").refused(
        2, "there is a model small_tree already"
    )
    project.run("remodel", "experiment", "promote", "ffffffff", "--as", "x").refused(2, "unknown experiment 'ffffffff'")


def test_what_another_model_says_of_its_choices_is_written_too(project: Project) -> None:
    """A production model with one other word: the parameters of its file are in no word of the command line."""
    model = project.root / "conf" / "model" / f"{project.model}.yaml"
    model.write_text(model.read_text() + "\nclassifier:\n  min_samples_leaf: 4\n")
    assert project.train(f"model={project.model}", "seed=5").code == 0
    found = json.loads(project.run("remodel", "experiment", "list", "--json").out)
    (place,) = [one for each in found for one in each["places"] if "seed=5" in one["words"]]
    promoted = project.run("remodel", "experiment", "promote", place["id"], "--as", "leafy")
    assert promoted.code == 0, promoted.err
    assert "min_samples_leaf: 4" in (project.root / "conf" / "model" / "leafy.yaml").read_text()


def test_what_a_model_cannot_say_is_refused_and_nothing_is_written(project: Project) -> None:
    """Folds that were changed on the command line; a choice that is only tried; conf/ that has changed since."""
    before = (project.root / "params.yaml").read_bytes()
    assert project.train("dataset=iris", "cv.n_splits=4").code == 0
    found = json.loads(project.run("remodel", "experiment", "list", "--json").out)
    places = [one for each in found for one in each["places"] if one["folder"].startswith("experiments/")]
    (changed,) = [one for one in places if len(one["folds"]) == 4]
    project.run("remodel", "experiment", "promote", changed["id"], "--as", "x").refused(
        2, "was built with cv.n_splits=4, and a model's file cannot say that"
    )
    (plain,) = [one for one in board(project) if one["folder"].startswith("experiments/")]
    project.edit("conf/classifier/logreg.yaml", "max_iter: 1000", "max_iter: 999")
    promoted = project.run("remodel", "experiment", "promote", plain["id"], "--as", "x")
    assert promoted.code == 0, promoted.err
    assert "max_iter: 1000" in (project.root / "conf" / "model" / "x.yaml").read_text()
    (project.root / "conf" / "model" / "x.yaml").unlink()
    (project.root / "params.yaml").write_bytes(before)
    # Neither in a word nor in a parameter: the folds are others.
    project.edit("conf/cv/stratified_5.yaml", "seed: 0", "seed: 1")
    project.run("remodel", "experiment", "promote", plain["id"], "--as", "y").refused(
        2, f"a file of its choices would be another model than {plain['id']}: rows and folds: others then"
    )
    assert (project.root / "params.yaml").read_bytes() == before
    assert not (project.root / "conf" / "model" / "y.yaml").exists()

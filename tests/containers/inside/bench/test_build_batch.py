"""Many recipes in one container: each as if it were built alone, and none in the way of another."""

from __future__ import annotations

import json
import subprocess
import sys

import child
import production
import pytest

from contract import files

NAMES = ("model.skops", "scores.json", "predictions.parquet", "manifest.json", "result.json")

CRASHING = {"_target_": "sklearn.tree.DecisionTreeClassifier", "max_depth": -3}
SLIP = {"_target_": "sklearn.tree.DecisionTreeClassifier", "max_dept": 3}


@pytest.fixture(scope="module")
def batch(tmp_path_factory, iris):
    """A folder with what became of three recipes, and the finished process."""
    folder = tmp_path_factory.mktemp("batch")
    (folder / "snapshots").mkdir()
    (folder / "snapshots" / "iris").symlink_to(iris)
    (folder / "out").mkdir()
    files.write_json(folder / "environment.json", production.environment())
    files.write_json(folder / "trust.json", {"schema_version": 1, "types": sorted(production.TRUSTED)})
    for name, classifier in (("a-tree", "tree"), ("b-slip", SLIP), ("c-logistic", "logistic"), ("d-bad", CRASHING)):
        files.write_json(folder / "recipes" / f"{name}.json", production.recipe(iris, "scale", classifier))
    options = {
        "recipes": "recipes",
        "snapshots": "snapshots",
        "environment": "environment.json",
        "trust": "trust.json",
        "out": "out",
    }
    words = [word for option, name in options.items() for word in (f"--{option}", str(folder / name))]
    argv = [sys.executable, "-m", "bench", "batch", *words]
    return folder / "out", subprocess.run(argv, env=child.environment(), capture_output=True, text=True)


def test_a_recipe_of_a_batch_gives_the_bytes_of_a_build_of_its_own(batch, iris):
    """The same call with the same recipe."""
    out, finished = batch
    assert finished.returncode == 0, finished.stderr
    for name, classifier in (("a-tree", "tree"), ("c-logistic", "logistic")):
        alone = production.build(iris, production.recipe(iris, "scale", classifier)).artifacts
        assert {file: (out / name / file).read_bytes() for file in NAMES} == {file: alone[file] for file in NAMES}


def test_what_cannot_be_built_has_its_error_and_stops_nothing(batch):
    """A recipe after it is built all the same."""
    out, _ = batch
    error = json.loads((out / "b-slip" / "error.json").read_bytes())
    assert error["kind"] == "recipe"
    assert "did you mean 'max_depth'" in error["message"]
    assert not (out / "b-slip" / "result.json").exists()
    assert json.loads((out / "d-bad" / "error.json").read_bytes())["kind"] == "build"


def test_progress_names_the_recipe(batch):
    """One line a recipe on standard output, and nothing else there."""
    events = [json.loads(line) for line in batch[1].stdout.splitlines()]
    assert [event["name"] for event in events] == ["a-tree", "b-slip", "c-logistic", "d-bad", "done"]
    assert [event["done"] for event in events] == [0, 1, 2, 3, 4]


def test_parameters_are_listed_as_the_contract_says(tmp_path):
    """`python -m bench parameters` writes what this version says of itself."""
    argv = [sys.executable, "-m", "bench", "parameters", "--out", str(tmp_path)]
    finished = subprocess.run(argv, env=child.environment(), capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
    found = json.loads((tmp_path / "parameters.json").read_bytes())["estimators"]
    assert found["MinMaxScaler"]["parameters"]["feature_range"] == {"_tuple_": [0, 1]}
    assert found["HistGradientBoostingClassifier"]["module"] == "sklearn.ensemble"


def test_every_warning_of_a_build_is_counted(iris):
    """Three folds and the final fit end without convergence: four times the same warning."""
    mlp = {"_target_": "sklearn.neural_network.MLPClassifier", "hidden_layer_sizes": [4], "max_iter": 2}
    result = json.loads(production.build(iris, production.recipe(iris, "scale", mlp)).artifacts["result.json"])
    warnings = {warning["category"]: warning["count"] for warning in result["warnings"]}
    assert warnings["ConvergenceWarning"] == 4

"""Every factor that can be moved alone is planted, and is the one that is named; the engine is the only fake."""

import json
import shutil

import pytest

from remodel.engines.engine import Engine
from remodel.errors import LockError, UnknownName, UsageError
from remodel.examine import explain as explaining
from remodel.examine.explain import explain
from remodel.examine.factors import with_parameter
from remodel.examine.overlay import distributions, lent_mounts, top_level
from tests.unit.audit.folders import Folder, probabilities
from tests.unit.audit.test_verdict import moved

BASELINE, NEW, MODEL = "sklearn-1.5", "sklearn-1.9", "credit_mlp"
NAME = f"{MODEL}@{NEW}"
MOVED = moved(0.2)

TARGET = "sklearn.linear_model.LogisticRegression"
NEWER = {"scikit-learn": "1.9.1", "numpy": "2.4", "scipy": "1.17", "pandas": "2.3"}
DEFAULTS = {"C": "1.0", "tol": "0.01"}


class Planted(Engine):
    """Builds what a container would, with other predictions wherever the planted factor is at work."""

    name, isolated = "planted", False

    def __init__(self, plant, scratch):
        self.plant, self.scratch, self.runs = plant, scratch, 0

    def check(self):
        pass

    def image_of(self, environment):
        return None

    def prepare(self, environment, report):
        pass

    def run(self, job, on_line):
        places = {mount.target: mount.source for mount in job.mounts}
        recipe = json.loads((places["/in"] / "recipe.json").read_text())
        lent = {target.split("/")[2] for target in places if target.startswith("/lent/")}
        self.runs += 1
        if self.plant(recipe, lent) is None:
            (places["/out"] / "error.json").write_text(
                json.dumps({"schema_version": 1, "kind": "recipe", "message": "no such value", "advice": ""})
            )
            return 3
        oof = MOVED if self.plant(recipe, lent) else probabilities()
        folder = Folder(MODEL, BASELINE, oof=oof).write(self.scratch / str(self.runs))
        shutil.copytree(folder, places["/out"], dirs_exist_ok=True)
        return 0


FACTORS = {
    "scikit-learn": ({"versions": NEWER}, lambda recipe, lent: "sklearn" in lent, "scikit-learn (1.0 -> 1.9.1)"),
    "numpy": ({"versions": NEWER}, lambda recipe, lent: "numpy" in lent, "numpy (1.0 -> 2.4)"),
    "scipy": ({"versions": NEWER}, lambda recipe, lent: "scipy" in lent, "scipy (1.0 -> 1.17)"),
    "pandas": ({"versions": NEWER}, lambda recipe, lent: "pandas" in lent, "pandas (1.0 -> 2.3)"),
    "a default": (
        {"versions": NEWER, "parameters": DEFAULTS},
        lambda recipe, lent: recipe["pipeline"]["classifier"].get("tol") == 0.01,
        "defaults (classifier.tol 0.0001 -> 0.01)",
    ),
    "threads": (
        {"versions": NEWER, "threads": 2},
        lambda recipe, lent: recipe["threads"] == 2,
        "threads (threads 1 -> 2)",
    ),
    "the seed": ({"versions": NEWER, "seed": 1}, lambda recipe, lent: recipe["seed"] == 1, "recipe (seed 0 -> 1)"),
    "the recipe": (
        {"versions": NEWER, "recipe": {"_target_": TARGET, "C": 2.0}},
        lambda recipe, lent: recipe["pipeline"]["classifier"]["C"] == 2.0,
        "recipe (pipeline)",
    ),
}


@pytest.fixture
def trees(tmp_path, monkeypatch):
    """Laid wheels of both environments, small; the newer one has a distribution that the older lacks."""
    found = {}
    for name in (BASELINE, NEW):
        packages = {"scikit_learn": "sklearn", "numpy": "numpy", "scipy": "scipy", "pandas": "pandas"}
        if name == NEW:
            packages["narwhals"] = "narwhals"
        found[name] = tmp_path / "trees" / name
        for distribution, package in packages.items():
            (found[name] / package).mkdir(parents=True)
            metadata = found[name] / f"{distribution}-1.0.dist-info"
            metadata.mkdir()
            (metadata / "RECORD").write_text(f"{package}/__init__.py,,\n{metadata.name}/RECORD,,\n../../bin/f2py,,\n")
    monkeypatch.setattr(explaining, "lay_tree", lambda environment, report: found[environment.name])
    return found


def explained(copied, tmp_path, differences, plant, oof=MOVED):
    Folder(MODEL, BASELINE).write(copied.models)
    Folder(MODEL, NEW, oof=oof, **differences).write(copied.models)
    return explain(copied, Planted(plant, tmp_path / "built"), NAME, lambda line: None)


@pytest.mark.parametrize("case", FACTORS)
def test_the_planted_factor_is_named(copied, tmp_path, trees, case):
    differences, plant, named = FACTORS[case]
    told = explained(copied, tmp_path, differences, plant)
    assert told.answer == f"cause: {named}"
    assert len(told.findings) >= 4
    assert [one.moves for one in told.findings].count(True) == 1
    kept = json.loads((copied.state / "explain" / f"{NAME}.json").read_text())
    assert kept["answer"] == told.answer


def test_two_factors_that_only_move_it_together_with_others(copied, tmp_path, trees):
    told = explained(copied, tmp_path, {"versions": NEWER}, lambda r, lent: "numpy" in lent, moved(0.3))
    assert told.answer == f"cause: numpy (1.0 -> 2.4), together with something else in {NEW}"


def test_no_factor_alone(copied, tmp_path, trees):
    told = explained(copied, tmp_path, {"versions": NEWER}, lambda recipe, lent: False)
    assert told.answer == f"cause: no factor alone; the environment {NEW} as a whole"


def test_a_factor_that_cannot_be_moved_alone_is_told_with_the_reason(copied, tmp_path, trees):
    def plant(recipe, lent):
        return None if "sklearn" in lent else "numpy" in lent

    told = explained(copied, tmp_path, {"versions": NEWER}, plant)
    assert str(told.findings[0]) == "scikit-learn (1.0 -> 1.9.1): cannot be moved alone: no such value"
    assert told.answer == "cause: numpy (1.0 -> 2.4)"


def test_another_python_cannot_borrow(copied, tmp_path, trees):
    versions = {**NEWER, "python": "3.13"}
    told = explained(copied, tmp_path, {"versions": versions}, lambda recipe, lent: False)
    assert told.findings == ()
    assert told.answer.startswith(f"cause: the environment {NEW} as a whole: scikit-learn 1.0 -> 1.9.1, ")


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("credit_mpl@sklearn-1.9", UnknownName, "did you mean 'credit_mlp'?"),
        ("credit_mlp@sklearn-1.8", UnknownName, "unknown environment 'sklearn-1.8' in params.yaml"),
        ("credit_mlp", UnknownName, "unknown environment ''"),
        (NAME, UsageError, "predicts what sklearn-1.5 predicts, bit for bit. There is nothing to explain"),
    ],
)
def test_there_has_to_be_something_to_explain(copied, tmp_path, name, error, words):
    for environment in (BASELINE, NEW):
        Folder(MODEL, environment).write(copied.models)
    with pytest.raises(error) as caught:
        explain(copied, Planted(lambda recipe, lent: False, tmp_path), name, lambda line: None)
    assert words in str(caught.value)


def test_what_is_lent_comes_with_what_it_may_need_and_the_borrowers_metadata(trees):
    mounts = lent_mounts(trees[NEW], trees[BASELINE], ["numpy"])
    assert {mount.target: mount.source.parent.name for mount in mounts} == {
        "/lent/numpy": NEW,
        "/lent/numpy-1.0.dist-info": NEW,
        "/lent/narwhals": NEW,
        "/lent/narwhals-1.0.dist-info": NEW,
        "/lent/scikit_learn-1.0.dist-info": BASELINE,
        "/lent/scipy-1.0.dist-info": BASELINE,
        "/lent/pandas-1.0.dist-info": BASELINE,
    }


def test_a_tree_without_the_distribution_is_refused(trees):
    assert set(distributions(trees[BASELINE])) == {"scikit-learn", "numpy", "scipy", "pandas"}
    with pytest.raises(LockError, match="does not hold narwhals"):
        top_level(trees[BASELINE], "narwhals")


def test_a_parameter_is_set_wherever_the_recipe_has_its_estimator():
    scaler = {"_target_": "sklearn.preprocessing.StandardScaler"}
    inner = {"_target_": "sklearn.pipeline.Pipeline", "steps": [["scale", scaler]]}
    columns = [["numeric", {"columns": "numeric", "transformer": inner}]]
    pipeline = {"preprocessing": {"_target_": "ColumnTransformer", "transformers": columns}, "classifier": None}
    changed = with_parameter(pipeline, ["preprocessing", "numeric", "scale", "with_mean"], False)
    assert changed["preprocessing"]["transformers"][0][1]["transformer"]["steps"][0][1]["with_mean"] is False
    assert "with_mean" not in scaler
    assert with_parameter(pipeline, ["preprocessing", "other", "x"], 1) is None
    assert with_parameter(pipeline, ["transform_input"], 1) is None

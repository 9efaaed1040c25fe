"""Every factor that can be moved alone is planted, and is the one that is named; the engine is the only fake.

Its fake reads a job's words with the builder's own parser, and the job's files where these words say that they are.
"""

import json
import shutil

import pytest

from remodel.engines.engine import Engine
from remodel.errors import BuildError, DataError, EngineError, LockError, UnknownName, UsageError, VerificationError
from remodel.examine import explain as explaining
from remodel.examine.explain import explain
from remodel.examine.factors import with_default, with_parameter
from remodel.examine.overlay import distributions, lent_mounts, top_level
from remodel.results.endings import NotBuilt
from remodel.results.recipe import Recipe
from tests.unit.audit.folders import Folder, edit_json, probabilities, write_ending
from tests.unit.audit.test_verdict import moved
from tests.unit.examine.engine import on_host

BASELINE, NEW, MODEL = "sklearn-1.5", "sklearn-1.9", "credit_mlp"
NAME = f"{MODEL}@{NEW}"
MOVED = moved(0.2)

TARGET = "sklearn.linear_model.LogisticRegression"
NEWER = {"scikit-learn": "1.9.1", "numpy": "2.4", "scipy": "1.17", "pandas": "2.3"}
DEFAULTS = {"C": "1.0", "tol": "0.01"}


class Planted(Engine):
    """Builds what a container would, with other predictions wherever the planted factor is at work."""

    name, isolated = "planted", False

    def __init__(self, plant, scratch, models=None):
        self.plant, self.scratch, self.models, self.jobs, self.recipes = plant, scratch, models, [], []

    def check(self):
        pass

    def image_of(self, environment):
        return None

    def prepare(self, environment, report):
        pass

    def run(self, job, on_line):
        places = {mount.target: mount.source for mount in job.mounts}
        arguments = on_host(job)
        recipe, out = json.loads(arguments.recipe.read_text()), arguments.out
        lent = {target.split("/")[2] for target in places if target.startswith("/lent/")}
        assert (job.argv[0] == "-c") == bool(lent)
        self.jobs.append(job.name)
        self.recipes.append(recipe)
        if job.environment.name == NEW:
            shutil.copytree(self.models / MODEL / NEW, out, dirs_exist_ok=True)
            return 0
        planted = self.plant(recipe, lent)
        if planted is None:
            (out / "error.json").write_text(
                json.dumps({"schema_version": 1, "kind": "recipe", "message": "no such value", "advice": ""})
            )
            return 3
        oof = MOVED if planted else probabilities()
        folder = Folder(MODEL, BASELINE, oof=oof).write(self.scratch / str(len(self.jobs)))
        shutil.copytree(folder, out, dirs_exist_ok=True)
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


@pytest.fixture(autouse=True)
def snapshot(copied):
    """A job is refused that mounts what is not there."""
    (copied.data / "credit").mkdir(parents=True)


def explained(copied, tmp_path, differences, plant, oof=MOVED):
    Folder(MODEL, BASELINE).write(copied.models)
    Folder(MODEL, NEW, oof=oof, **differences).write(copied.models)
    engine = Planted(plant, tmp_path / "built", copied.models)
    return explain(copied, engine, NAME, lambda line: None, lambda line: None)


def kept(copied):
    """What `.remodel/explain/` holds of the model; None where there is nothing."""
    path = copied.state / "explain" / f"{NAME}.json"
    return json.loads(path.read_text()) if path.exists() else None


@pytest.mark.parametrize("case", FACTORS)
def test_the_planted_factor_is_named(copied, tmp_path, trees, case):
    differences, plant, named = FACTORS[case]
    explanation = explained(copied, tmp_path, differences, plant)
    assert explanation.answer == f"cause: {named}"
    assert len(explanation.findings) >= 4
    assert [finding.moves for finding in explanation.findings].count(True) == 1
    assert [finding.not_tried for finding in explanation.findings].count("") == len(explanation.findings)
    assert kept(copied)["answer"] == explanation.answer


def test_two_factors_that_only_move_it_together_with_others(copied, tmp_path, trees):
    explanation = explained(copied, tmp_path, {"versions": NEWER}, lambda r, lent: "numpy" in lent, moved(0.3))
    assert explanation.answer == f"cause: numpy (1.0 -> 2.4), together with something else in {NEW}"


def test_no_factor_alone(copied, tmp_path, trees):
    explanation = explained(copied, tmp_path, {"versions": NEWER}, lambda recipe, lent: False)
    assert explanation.answer == f"cause: no factor alone; the environment {NEW} as a whole"
    assert kept(copied)["answer"] == explanation.answer


def test_a_factor_that_cannot_be_moved_alone_is_told_with_the_reason(copied, tmp_path, trees):
    def plant(recipe, lent):
        return None if "sklearn" in lent else "numpy" in lent

    explanation = explained(copied, tmp_path, {"versions": NEWER}, plant)
    assert str(explanation.findings[0]) == "scikit-learn (1.0 -> 1.9.1): not tried: no such value"
    assert explanation.answer == "cause: numpy (1.0 -> 2.4)"


@pytest.mark.parametrize("partly", [False, True])
def test_where_a_factor_was_not_tried_and_no_other_is_it_the_cause_is_unknown(copied, tmp_path, trees, partly):
    """Neither "no factor alone" nor "together with something else": the untried one may be all of it."""

    def plant(recipe, lent):
        return None if "sklearn" in lent else partly and "numpy" in lent

    with pytest.raises(BuildError) as caught:
        explained(copied, tmp_path, {"versions": NEWER}, plant, moved(0.3))
    assert (caught.value.exit_code, kept(copied)) == (4, None)
    assert caught.value.message == (
        f"the cause of {NAME} is unknown: no factor that was tried is it, and 1 of 4 were not tried: "
        "scikit-learn (1.0 -> 1.9.1)"
    )
    assert caught.value.advice.startswith("Mend what their lines say and run the same command again")


def test_a_trial_that_the_engine_fails_is_no_evidence(copied, tmp_path, trees):
    """The others run all the same, an answer of former times is gone, and what is said of the trial is why."""
    (copied.state / "explain").mkdir(parents=True)
    (copied.state / "explain" / f"{NAME}.json").write_text("{}")

    def plant(recipe, lent):
        if "numpy" in lent:
            raise EngineError("podman was killed by signal 9", "Run the same command again")
        return False

    Folder(MODEL, BASELINE).write(copied.models)
    Folder(MODEL, NEW, oof=MOVED, versions=NEWER).write(copied.models)
    engine, said = Planted(plant, tmp_path / "built", copied.models), []
    with pytest.raises(BuildError, match=r"1 of 4 were not tried: numpy \(1\.0 -> 2\.4\)"):
        explain(copied, engine, NAME, lambda line: None, said.append)
    assert said == [
        "scikit-learn (1.0 -> 1.9.1): moves nothing",
        "numpy (1.0 -> 2.4): not tried: podman was killed by signal 9. Run the same command again",
        "scipy (1.0 -> 1.17): moves nothing",
        "pandas (1.0 -> 2.3): moves nothing",
    ]
    assert kept(copied) is None and len(engine.jobs) == 5


def test_a_default_that_no_recipe_can_say_is_not_tried(copied, tmp_path, trees):
    """A function as a default is no JSON."""
    differences = {"versions": NEWER, "parameters": {"C": "1.0", "tol": "sklearn.metrics.accuracy"}}
    with pytest.raises(BuildError, match=r"1 of 5 were not tried: defaults \(classifier\.tol 0\.0001 -> sklearn"):
        explained(copied, tmp_path, differences, lambda recipe, lent: False)


@pytest.mark.parametrize("environment", [BASELINE, NEW])
def test_nothing_is_said_where_models_is_not_what_is_built_now(copied, tmp_path, trees, environment):
    """Trials against an old baseline would blame every factor, and an old other end would be no factor's."""
    Folder(MODEL, BASELINE).write(copied.models)
    Folder(MODEL, NEW, oof=MOVED, versions=NEWER).write(copied.models)
    now = Folder(MODEL, NEW, oof=moved(0.4), versions=NEWER).write(tmp_path / "now").parents[1]
    engine = Planted(lambda recipe, lent: environment == BASELINE, tmp_path / "built", now)
    with pytest.raises(VerificationError, match=rf"{MODEL}@{environment}, built now, predicts something else than in"):
        explain(copied, engine, NAME, lambda line: None, lambda line: None)
    assert kept(copied) is None


def test_the_seed_is_not_taken_for_a_default(copied, tmp_path, trees):
    """The builder sets random_state to the recipe's seed, and model.skops shows it among the parameters."""
    Folder(MODEL, BASELINE, parameters={"random_state": "0"}).write(copied.models)
    Folder(MODEL, NEW, oof=MOVED, seed=1, parameters={"random_state": "1"}).write(copied.models)

    def plant(recipe, lent):
        return 1 in (recipe["seed"], recipe["pipeline"]["classifier"].get("random_state"))

    engine = Planted(plant, tmp_path / "built", copied.models)
    explanation = explain(copied, engine, NAME, lambda line: None, lambda line: None)
    assert explanation.answer == "cause: recipe (seed 0 -> 1)"
    assert len(explanation.findings) == 1


def test_another_scikit_learn_does_not_bring_its_defaults_along(copied, tmp_path, trees):
    """Where a default moves the model, scikit-learn is moved with the baseline's value of it said aloud."""
    differences = {"versions": NEWER, "parameters": DEFAULTS}

    def plant(recipe, lent):
        return recipe["pipeline"]["classifier"].get("tol", 0.01 if "sklearn" in lent else 0.0001) == 0.01

    explanation = explained(copied, tmp_path, differences, plant)
    assert explanation.answer == "cause: defaults (classifier.tol 0.0001 -> 0.01)"


def test_every_trial_has_a_log_of_its_own(copied, tmp_path, trees):
    Folder(MODEL, BASELINE, parameters={"tol": "1", "C": "1"}).write(copied.models)
    Folder(MODEL, NEW, oof=MOVED, versions=NEWER, seed=1, threads=2, parameters={"tol": "2", "C": "2"}).write(
        copied.models
    )
    edit_json(
        copied.models / MODEL / BASELINE / "manifest.json",
        lambda document: document["source"]["recipe"]["pipeline"]["classifier"].pop("C"),
    )
    edit_json(
        copied.models / MODEL / NEW / "manifest.json",
        lambda document: document["source"]["recipe"]["pipeline"]["classifier"].pop("C"),
    )
    engine = Planted(lambda recipe, lent: False, tmp_path / "built", copied.models)
    explain(copied, engine, NAME, lambda line: None, lambda line: None)
    assert len(engine.jobs) == len(set(engine.jobs)) == 10


def test_another_python_cannot_borrow(copied, tmp_path, trees):
    versions = {**NEWER, "python": "3.13"}
    explanation = explained(copied, tmp_path, {"versions": versions}, lambda recipe, lent: False)
    assert explanation.findings == ()
    assert explanation.answer.startswith(f"cause: the environment {NEW} as a whole: scikit-learn 1.0 -> 1.9.1, ")


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("credit_mpl@sklearn-1.9", UnknownName, "did you mean 'credit_mlp'?"),
        ("credit_mlp@sklearn-1.8", UnknownName, "unknown environment 'sklearn-1.8' in params.yaml"),
        ("credit_mlp", UsageError, "'credit_mlp' names no environment. For example: remodel model explain credit_mlp@"),
        ("credit_mlp@", UnknownName, "unknown environment ''"),
        (NAME, UsageError, "predicts what sklearn-1.5 predicts, bit for bit. There is nothing to explain"),
    ],
)
def test_there_has_to_be_something_to_explain(copied, tmp_path, name, error, words):
    for environment in (BASELINE, NEW):
        Folder(MODEL, environment).write(copied.models)
    with pytest.raises(error) as caught:
        explain(copied, Planted(lambda recipe, lent: False, tmp_path), name, lambda line: None)
    assert words in str(caught.value)


def test_other_data_are_no_factor_of_an_environment(copied, tmp_path):
    Folder(MODEL, BASELINE).write(copied.models)
    Folder(MODEL, NEW, snapshot={"data.parquet": "9" * 64, "schema.json": "b" * 64, "folds": "c" * 64}).write(
        copied.models
    )
    with pytest.raises(DataError, match=rf"{NAME} and {MODEL}@{BASELINE} were built from different data"):
        explain(copied, Planted(lambda recipe, lent: False, tmp_path), NAME, lambda line: None)


def test_a_model_that_is_not_there_is_told_as_such(copied, tmp_path):
    Folder(MODEL, BASELINE).write(copied.models)
    write_ending(copied.models, MODEL, NEW, status="retired", reason="nobody asks")
    with pytest.raises(NotBuilt, match=rf"{NAME} holds no model: it is retired: nobody asks"):
        explain(copied, Planted(lambda recipe, lent: False, tmp_path), NAME, lambda line: None)


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


def test_a_default_is_said_as_a_recipe_says_it():
    """JSON has no NaN: a recipe has a word for it."""
    recipe = Recipe({"pipeline": {"preprocessing": None, "classifier": {"_target_": TARGET}}})
    assert with_default(recipe, "classifier.C", "NaN").pipeline["classifier"]["C"] == {"_value_": "nan"}
    assert with_default(recipe, "classifier.C", "[1, null]").pipeline["classifier"]["C"] == [1, None]
    assert with_default(recipe, "classifier.C", "numpy.sum") is None
    assert with_default(recipe, "other.C", "1") is None

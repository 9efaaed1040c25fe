"""conf/ composes to complete recipes, and a slip in a YAML file is named."""

from __future__ import annotations

import itertools

import pytest
from omegaconf import OmegaConf

from remodel.checkout import Checkout
from remodel.errors import RemodelError, UsageError
from remodel.recipes.composition import compose_config
from remodel.recipes.dataset import Column
from remodel.recipes.params import read_params
from remodel.recipes.recipes import select, select_model, specification
from remodel.recipes.source import left_out

CLASSIFIERS = {
    *("logreg", "mlp", "random_forest", "extra_trees", "gradient_boosting", "hist_gradient_boosting"),
    *("svc", "knn", "gaussian_nb", "decision_tree"),
}


def choices_of(copied: Checkout, group: str) -> list[str]:
    return sorted(path.stem for path in (copied.conf / group).glob("*.yaml"))


@pytest.mark.parametrize("group", ["dataset", "preprocessing", "classifier", "regressor", "cv", "environment"])
def test_every_choice_of_every_group_composes(checkout: Checkout, group: str) -> None:
    """Each YAML file under conf/ can be chosen by its file name, and resolves without anything missing."""
    for choice in choices_of(checkout, group):
        words = [f"{group}={choice}"]
        if choice in ("diabetes", "prices") or group == "regressor":
            words = ["dataset=diabetes", "regressor=ridge", "cv=kfold_5", *words]
        config = compose_config(checkout, words)
        selection = select(config, config.hydra.runtime.choices, "test")
        assert (selection.choices | {"environment": selection.composed.environment.name})[group] == choice


def test_the_production_models_cover_all_datasets_and_classifiers(checkout: Checkout) -> None:
    """At least eight models over all datasets, with all ten classifiers that have probabilities, some without, and
    some that answer with numbers."""
    selections = [select_model(checkout, model) for model in read_params(checkout).models]
    assert len(selections) >= 8
    of_task = {task: [one for one in selections if one.task == task] for task in ("classification", "regression")}
    assert {one.choices["classifier"] for one in of_task["classification"]} >= CLASSIFIERS
    without = {"linear_svc", "nearest_centroid"}
    assert without <= {one.choices["classifier"] for one in of_task["classification"]}
    assert len({one.choices["regressor"] for one in of_task["regression"]}) >= 4
    assert {one.choices["dataset"] for one in selections} == set(choices_of(checkout, "dataset"))


def test_every_model_file_is_in_params(checkout: Checkout) -> None:
    """No production model is forgotten in params.yaml."""
    assert choices_of(checkout, "model") == sorted(read_params(checkout).models)


def test_a_model_is_its_choices_and_its_changes(checkout: Checkout) -> None:
    """A model's YAML file sets the groups and may change single parameters of them."""
    selection = select_model(checkout, "cancer_logreg")
    assert selection.choices == {
        "dataset": "breast_cancer",
        "preprocessing": "select_k_best",
        "classifier": "logreg",
        "cv": "stratified_5",
    }
    steps = specification(selection.composed.preprocessing)["steps"]
    assert [name for name, _ in steps] == ["scale", "select"]
    assert steps[1][1]["k"] == 12


def test_the_command_line_wins_over_a_model(checkout: Checkout) -> None:
    """model=... and then another word changes just that."""
    config = compose_config(checkout, ["model=cancer_logreg", "preprocessing.k=3", "classifier=svc"])
    selection = select(config, config.hydra.runtime.choices, "test")
    assert specification(selection.composed.preprocessing)["steps"][1][1]["k"] == 3
    assert selection.composed.classifier["_target_"] == "sklearn.svm.SVC"


@pytest.mark.parametrize(
    ("words", "group", "gone"),
    [
        (["model=credit_mlp", "classifier=logreg"], "classifier", "hidden_layer_sizes"),
        (["model=cancer_svc", "preprocessing=none"], "preprocessing", "n_components"),
        (["model=cancer_svc", "preprocessing=scale"], "preprocessing", "n_components"),
    ],
)
def test_changes_of_a_model_hold_for_the_choice_that_they_were_made_for(
    checkout: Checkout, words: list[str], group: str, gone: str
) -> None:
    """With another one they are left out, and are told; with the model's own, named too, they stay."""
    assert gone not in OmegaConf.to_yaml(compose_config(checkout, words)[group])
    assert gone in left_out(checkout, words)[group][1]
    own = [words[0], f"{group}={left_out(checkout, words)[group][0]}"]
    assert left_out(checkout, own) == {} and gone in OmegaConf.to_yaml(compose_config(checkout, own)[group])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["dataset=diabetes"], "the target of diabetes is a number, and a classifier answers with classes"),
        (["dataset=diabetes", "regressor=ridge"], "cv=stratified_5 keeps classes in equal shares"),
        (["regressor=ridge"], "regressor=ridge answers with numbers, and the target of breast_cancer has classes"),
    ],
)
def test_a_target_and_what_predicts_it_have_to_fit(checkout: Checkout, words: list[str], message: str) -> None:
    """One line before anything is built, with what to choose instead."""
    config = compose_config(checkout, words)
    with pytest.raises(UsageError, match=message):
        select(config, config.hydra.runtime.choices, "test")


def test_repeated_folds_of_times_are_refused_where_they_are_chosen(checkout: Checkout) -> None:
    """In the words of the command line, before a snapshot is asked for."""
    selection = select_model(checkout, "diabetes_ridge").composed
    changed = selection.dataset.model_copy(update={"columns": {"day": Column(kind="time")}})
    repeated = selection.cv.model_copy(update={"n_repeats": 2})
    assert repeated.objection(selection.dataset) is None
    assert repeated.objection(changed) == (
        "is repeated, and the folds of diabetes go forward in time",
        "Choose a cv with n_repeats: 1",
    )


def test_a_model_of_numbers_says_so_in_its_recipe(checkout: Checkout) -> None:
    """Its task, its regressor, and folds that know no classes; a classifier's recipe has none of these."""
    selection = select_model(checkout, "diabetes_ridge")
    assert (selection.task, selection.predictor) == ("regression", "regressor")
    assert selection.composed.cv.document()["stratified"] is False
    assert set(selection.choices) == {"dataset", "preprocessing", "regressor", "cv"}
    other = select_model(checkout, "cancer_logreg")
    assert "stratified" not in other.composed.cv.document() and "regressor" not in other.choices


def test_no_preprocessing_is_null(checkout: Checkout) -> None:
    """preprocessing=none leaves the step out."""
    config = compose_config(checkout, ["preprocessing=none"])
    assert specification(select(config, config.hydra.runtime.choices, "test").composed.preprocessing) is None


def test_named_steps_keep_their_order_and_lose_removed_ones() -> None:
    """A mapping or a list of named steps becomes pairs in the written order; a null step is gone."""
    step = {"_target_": "sklearn.preprocessing.StandardScaler"}
    written = {"_target_": "sklearn.pipeline.Pipeline", "steps": {"z": step, "gone": None, "a": step}}
    assert specification(written)["steps"] == [["z", step], ["a", step]]
    assert specification({**written, "steps": [{"z": step}, ["a", step]]})["steps"] == [["z", step], ["a", step]]


def test_nested_named_steps_become_pairs_too() -> None:
    """Meta-estimators inside named steps are treated alike."""
    inner = {"_target_": "sklearn.svm.SVC"}
    voting = {"_target_": "sklearn.ensemble.VotingClassifier", "estimators": {"one": inner, "two": inner}}
    outer = {"_target_": "sklearn.pipeline.Pipeline", "steps": {"vote": voting}}
    assert specification(outer)["steps"][0][1]["estimators"] == [["one", inner], ["two", inner]]


SLIPS = [
    (
        "conf/dataset/wine.yaml",
        "name: wine\nbundeld: wine\n",
        "conf/dataset/wine.yaml has an unknown key 'bundeld': did you mean 'bundled'",
    ),
    ("conf/dataset/wine.yaml", "name: wine\nbundled: wines\n", "conf/dataset/wine.yaml: bundled is 'wines'"),
    ("conf/dataset/wine.yaml", "name: wine\n", "exactly one of bundled, generator and file is needed, found none"),
    ("conf/dataset/wine.yaml", "name: wine\nfile: x.csv\n", "a dataset with 'file' needs the key 'sha256'"),
    (
        "conf/cv/repeated_5x3.yaml",
        "name: repeated_5x3\nn_split: 5\n",
        "conf/cv/repeated_5x3.yaml has an unknown key 'n_split': did you",
    ),
    ("conf/cv/repeated_5x3.yaml", "name: repeated_5x3\nn_splits: 1\n", "conf/cv/repeated_5x3.yaml: n_splits is 1"),
    ("conf/preprocessing/polynomial.yaml", "degre: 2\nestimator: null\n", "a key 'degre' that its estimator does not"),
    ("conf/preprocessing/polynomial.yaml", "degree: 2\n", "has neither `_target_` nor `estimator`"),
    ("conf/model/wine_gaussian_nb.yaml", "# @package _global_\nname: other\n", "has the name 'other'"),
    (
        "conf/model/wine_gaussian_nb.yaml",
        "# @package _global_\nname: wine_gaussian_nb\nclasifier:\n  var_smoothing: 1\n",
        "unknown key 'clasifier' in conf/model/wine_gaussian_nb.yaml: did you mean 'classifier'",
    ),
]

MODEL = """# @package _global_
defaults:
  - override /dataset: wine
  - override /preprocessing: polynomial
  - override /classifier: gaussian_nb
  - override /cv: repeated_5x3
name: wine_gaussian_nb
"""


@pytest.mark.parametrize(("name", "text", "message"), SLIPS)
def test_a_slip_in_a_yaml_file_is_named(copied: Checkout, name: str, text: str, message: str) -> None:
    """A misspelt key or a wrong value is one line: the key, and the nearest valid one."""
    (copied.conf / "model" / "wine_gaussian_nb.yaml").write_text(MODEL)
    (copied.root / name).write_text(text)
    with pytest.raises(UsageError) as caught:
        select_model(copied, "wine_gaussian_nb")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


PARAMS_SLIPS = [
    ("baseline: sklearn-1.5", "baseline: sklearn-1.4", "unknown baseline 'sklearn-1.4' in params.yaml: did you mean"),
    (
        "baseline: sklearn-1.5",
        "baselin: sklearn-1.5",
        "params.yaml has an unknown key 'baselin': did you mean 'baseline'",
    ),
    ("  - credit_mlp", "  - credit_mpl", "unknown model 'credit_mpl' in params.yaml: did you mean 'credit_mlp'"),
    ("  - credit_mlp", "  - cancer_svc", "params.yaml lists model 'cancer_svc' twice"),
    ("  wine: conf", "  vine: conf", "unknown dataset 'vine' in params.yaml: did you mean 'wine'"),
    ("  wine: conf/dataset/wine.yaml", "  wine: wine.csv", "Write under `datasets`: wine: conf/dataset/wine.yaml"),
    (
        "  wine: conf/dataset/wine.yaml",
        "  wine:",
        "Write: datasets: {breast_cancer: conf/dataset/breast_cancer.yaml, ",
    ),
    ("models:", "models: [", "params.yaml is not valid YAML: line"),
]


@pytest.mark.parametrize(("old", "new", "message"), PARAMS_SLIPS)
def test_a_slip_in_params_is_named(copied: Checkout, old: str, new: str, message: str) -> None:
    """params.yaml is checked before anything runs."""
    text = copied.params.read_text()
    assert old in text
    copied.params.write_text(text.replace(old, new))
    with pytest.raises(RemodelError) as caught:
        read_params(copied)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_recipes_do_not_depend_on_the_folder(checkout: Checkout, copied: Checkout) -> None:
    """The same conf/ in another folder composes to the same pipeline."""
    for model in itertools.islice(read_params(checkout).models, 3):
        assert select_model(checkout, model) == select_model(copied, model)

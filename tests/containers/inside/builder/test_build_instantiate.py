"""How a recipe's pipeline becomes scikit-learn objects, and what a recipe may not say."""

from __future__ import annotations

import production
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.feature_selection import f_classif

from builder import instantiate
from container.errors import BuilderError
from container.versions import at_least, installed

COLUMNS = instantiate.Columns(["age", "income"], ["plan"], [], [], [], ["age", "income", "plan"])


def pipeline(preprocessing=None, classifier=None, seed=3, columns=COLUMNS):
    parts = {"preprocessing": preprocessing, "classifier": classifier or {"_target_": "sklearn.naive_bayes.GaussianNB"}}
    return instantiate.pipeline({"pipeline": parts, "seed": seed, "defaults": "pinned"}, columns)


def failure(**parts):
    """The message of the recipe error, which has a place, a value and no line break."""
    with pytest.raises(BuilderError) as caught:
        pipeline(**parts)
    assert caught.value.kind == "recipe"
    return caught.value.message


def test_no_preprocessing_leaves_the_classifier_alone():
    """A null preprocessing makes a pipeline of one step."""
    assert [name for name, _ in pipeline().steps] == ["classifier"]


def test_steps_keep_their_order_and_null_steps_are_left_out():
    """Named steps are pairs, in the order of the list."""
    spec = production.steps(("select", production.SELECT), ("pca", None), ("scale", production.SCALE))
    model = pipeline(spec)
    assert [name for name, _ in model.steps[0][1].steps] == ["select", "scale"]


def test_an_object_is_the_function_itself():
    """{"_object_": ...} is not called."""
    assert pipeline(production.SELECT).steps[0][1].score_func is f_classif


def test_column_groups_become_names():
    """numeric and categorical resolve to the schema's columns, a list of names stays one."""
    found = pipeline(production.PREPROCESSING["tabular"]).steps[0][1]
    assert isinstance(found, ColumnTransformer)
    assert [(name, columns) for name, _, columns in found.transformers] == [
        ("numeric", ["age", "income"]),
        ("categorical", ["plan"]),
    ]


def test_a_group_without_columns_is_left_out():
    """One recipe serves tables with and without words."""
    columns = instantiate.Columns(["age"], [], [], [], [], ["age"])
    found = pipeline(production.PREPROCESSING["tabular"], columns=columns).steps[0][1]
    assert [name for name, _, _ in found.transformers] == ["numeric"]


def test_whatever_is_random_is_seeded_by_the_recipe():
    """A random_state that the recipe leaves open is its seed; one that it sets stays."""
    forest = {"_target_": "sklearn.ensemble.RandomForestClassifier"}
    assert pipeline(classifier=forest, seed=3).steps[-1][1].random_state == 3
    assert pipeline(classifier={**forest, "random_state": 5}).steps[-1][1].random_state == 5


def test_lists_become_tuples_where_the_default_is_one():
    """JSON has no tuples, and scikit-learn insists on them."""
    scaler = {"_target_": "sklearn.preprocessing.MinMaxScaler", "feature_range": [-1, 1]}
    assert pipeline(scaler).steps[0][1].feature_range == (-1, 1)


def test_the_newest_spelling_works_in_every_version():
    """sparse_output and log_loss are translated for versions that called them otherwise."""
    encoder = pipeline(production.ENCODE).steps[0][1]
    name = "sparse_output" if at_least("scikit-learn", "1.2") else "sparse"
    assert encoder.get_params()[name] is False
    boosting = pipeline(classifier=production.CLASSIFIERS["gradient_boosting"]).steps[-1][1]
    assert boosting.loss == ("log_loss" if at_least("scikit-learn", "1.1") else "deviance")


def test_an_old_spelling_gets_the_new_one_as_advice():
    """A recipe that works in every version says sparse_output."""
    with pytest.raises(BuilderError) as caught:
        pipeline({"_target_": "sklearn.preprocessing.OneHotEncoder", "sparse": False})
    assert "'sparse' is called 'sparse_output' since scikit-learn 1.2" in caught.value.advice


def test_an_unknown_parameter_gets_the_nearest_one_as_advice():
    """Where, which class of which version, which parameter, which one may be meant."""
    message = failure(classifier={"_target_": "sklearn.linear_model.LogisticRegression", "Cc": 1.0})
    version = installed("scikit-learn")
    assert message.startswith(
        f"pipeline.classifier: LogisticRegression of scikit-learn {version} has no parameter 'Cc': "
        "did you mean 'C'? valid: "
    )
    assert "max_iter" in message


def test_a_place_deep_inside_is_named():
    """The path leads through named steps."""
    spec = production.steps(("scale", {"_target_": "sklearn.preprocessing.StandardScaler", "with_men": True}))
    assert failure(preprocessing=spec).startswith("pipeline.preprocessing.steps.scale: StandardScaler")


@pytest.mark.parametrize(
    "target",
    [
        "os.system",
        "subprocess.Popen",
        "sklearn.datasets.load_iris",
        "sklearn.utils.Bunch",
        "sklearn.externals.anything.Thing",
        "sklearn.svm._base.LibSVM",
        "sklearn",
        "builder.files.write_bytes",
        "sklearnx.svm.SVC",
    ],
)
def test_only_estimators_of_allowed_modules_can_be_named(target):
    """Anything else is refused with its place, its module and what is allowed."""
    message = failure(classifier={"_target_": target})
    assert message.startswith(f"pipeline.classifier: {target!r} is not allowed, module {target.rpartition('.')[0]!r}")
    assert "builder.transformers" in message


def test_a_refused_module_is_never_imported(tmp_path, monkeypatch):
    """The name is judged before anything of it runs."""
    (tmp_path / "planted.py").write_text("raise SystemExit('imported')")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "'planted.Thing' is not allowed" in failure(classifier={"_target_": "planted.Thing"})


@pytest.mark.parametrize("target", ["sklearn.pipeline.np", "sklearn.pipeline.sparse", "sklearn.pipeline.islice"])
def test_what_a_module_merely_imports_cannot_be_named(target):
    """Modules and classes of other packages that stand in an allowed module."""
    assert failure(classifier={"_target_": target}).startswith("pipeline.classifier: ")


def test_a_function_is_no_classifier():
    """_target_ names a class."""
    target = "sklearn.feature_selection.f_classif"
    assert failure(classifier={"_target_": target}).endswith("is not an estimator or transformer class")


def test_a_class_is_no_function():
    """_object_ names a function."""
    spec = {**production.SELECT, "score_func": {"_object_": "sklearn.svm.SVC"}}
    assert failure(preprocessing=spec) == "pipeline.preprocessing.score_func: 'sklearn.svm.SVC' is not a function"


def test_a_class_that_this_version_lacks_is_named_with_the_version():
    """A misspelled class gets the nearest one."""
    message = failure(classifier={"_target_": "sklearn.linear_model.LogisticRegresion"})
    assert f"scikit-learn {installed('scikit-learn')} has no 'LogisticRegresion'" in message
    assert "did you mean 'LogisticRegression" in message


def test_an_unknown_column_is_named():
    """Columns that are listed by name have to be there."""
    item = {"transformer": production.SCALE, "columns": ["age", "incom"]}
    spec = {"_target_": "sklearn.compose.ColumnTransformer", "transformers": [["numbers", item]]}
    assert failure(preprocessing=spec) == (
        "pipeline.preprocessing.transformers.numbers.columns: the dataset has no column 'incom': did you mean 'income'?"
    )


def test_a_pipeline_without_steps_is_refused():
    """All steps null."""
    assert failure(preprocessing=production.steps(("scale", None))).endswith("no step is left")


def test_jobs_are_refused():
    """Threads that end in another order would add up other sums."""
    message = failure(classifier={"_target_": "sklearn.ensemble.RandomForestClassifier", "n_jobs": 4})
    assert message == "pipeline.classifier.n_jobs: n_jobs=4 is not reproducible"


@pytest.mark.parametrize(
    "spec, why",
    [
        (
            {"_target_": "sklearn.feature_extraction.text.CountVectorizer", "input": "filename"},
            "pipeline.preprocessing.input: input: filename opens files that a request names",
        ),
        (
            {"_target_": "sklearn.feature_extraction.text.HashingVectorizer", "input": "file"},
            "pipeline.preprocessing.input: input: file opens files that a request names",
        ),
        (
            {**production.steps(("scale", production.SCALE)), "memory": "/tmp/pickles"},
            "pipeline.preprocessing.memory: memory keeps pickles in a folder, and loads what stands there",
        ),
    ],
    ids=["filename", "file", "memory"],
)
def test_a_recipe_opens_no_files(spec, why):
    """Neither those that a request names, nor pickles of an earlier run."""
    assert failure(preprocessing=spec) == why
    allowed = {**spec, "input": "content"} if "input" in spec else {**spec, "memory": None}
    assert pipeline(allowed)

"""The table of differences between scikit-learn versions: complete, and what recipes and results make of it."""

from __future__ import annotations

import production
import pytest
from sklearn.utils import all_estimators

from builder import allowed, instantiate
from builder.compat import history, signatures
from builder.compat.arguments import Notes
from builder.compat.differences import additions, table
from builder.compat.differences.rows import NOTHING
from builder.compat.vocabulary import newest_value, same
from container.errors import BuilderError
from container.versions import at_least, installed, parsed

COLUMNS = instantiate.Columns(["age", "income"], [], [], [], [], ["age", "income"])
HERE = ".".join(installed("scikit-learn").split(".")[:2])

CHANGES = [
    (owner, name, version, before, after)
    for owner in history.read()["estimators"]
    for name, spans in history.parameters(owner).items()
    for before, version, after in ((spans[at - 1][1], *spans[at]) for at in range(1, len(spans)))
    if not same(before, after)
]
"""Every difference that any two versions in a row have: class, parameter, version, default before and since."""


def rows(kind, owner, name, field="parameter"):
    return [row for row in kind if (row.owner, getattr(row, field)) == (owner, name)]


def build(target, notes=None, **parameters):
    spec = {"_target_": target, **parameters}
    recipe = {"pipeline": {"preprocessing": None, "classifier": spec}, "seed": 0, "defaults": "pinned"}
    return instantiate.pipeline(recipe, COLUMNS, notes).steps[-1][1]


def target(owner):
    return f"{history.read()['estimators'][owner]['module']}.{owner}"


def refusal(owner, **parameters):
    with pytest.raises(BuilderError) as caught:
        build(target(owner), **parameters)
    assert caught.value.kind == "recipe"
    return caught.value


def plain(value):
    """A value of the table as a recipe writes it."""
    return list(value) if isinstance(value, tuple) else value


def present(rows):
    """Rows of classes that the installed version has."""
    return [row for row in rows if at_least("scikit-learn", history.since(row.owner))]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: ".".join(change[:3]))
def test_the_table_knows_every_difference_between_versions(change):
    """A parameter that came, went or got another default in any version has its row, with that version."""
    owner, name, version, before, after = change
    if before == history.ABSENT:
        known = rows(additions.ADDED, owner, name) + rows(table.RENAMED, owner, name, "new")
        assert version in [row.since for row in known] or rows(table.GONE, owner, name)
    elif after in (history.ABSENT, "deprecated"):
        assert rows(table.GONE, owner, name) + rows(table.RENAMED, owner, name, "old") + rows(table.KEPT, owner, name)
    else:
        known = rows(additions.NEW_DEFAULTS, owner, name)
        assert any(version == row.since or f"in {version} " in row.source for row in known)


def test_no_estimator_went_away():
    """A class that a version has is in every newer one."""
    for owner, found in history.read()["estimators"].items():
        assert history.versions()[-len(found["in"]) :] == found["in"], owner


def test_no_row_is_stale():
    """Each row speaks of a class and a parameter that some version has, from the version that it names."""
    for row in (*additions.ADDED, *additions.NEW_DEFAULTS, *additions.NEW_VALUES, *table.GONE, *table.RETIRED):
        assert row.parameter in history.parameters(row.owner), row
    for row in additions.ADDED:
        assert history.parameter_since(row.owner, row.parameter) == row.since, row
    for row in table.RENAMED:
        assert history.parameter_since(row.owner, row.new) == row.since, row
    for row in table.GONE:
        spans = history.parameters(row.owner)[row.parameter]
        assert row.since in [version for version, _ in spans] or row.parameter in ("n_jobs",), row


def test_every_row_names_its_source():
    """A version that is known or came before them, and a text."""
    kinds = (table.RENAMED, table.RESPELLED, table.RETIRED, table.GONE, table.IMPLIED, table.KEPT, table.MEANINGS)
    for row in sum(kinds, ()) + additions.ADDED + additions.NEW_VALUES + additions.NEW_DEFAULTS:
        assert row.since in history.versions() and row.source, row


def test_the_history_is_what_this_version_says():
    """history.json was made from this very version, or from none of this minor number."""
    if HERE not in history.versions():
        pytest.skip(f"scikit-learn {HERE} is not recorded: remodel environment record")
    found = signatures.document(allowed.SKLEARN_MODULES)["estimators"]
    recorded = [owner for owner in history.read()["estimators"] if history.defaults(owner, HERE)]
    assert sorted(name for name in found if found[name]["parameters"]) == sorted(recorded)
    for owner in recorded:
        assert found[owner]["parameters"] == history.defaults(owner, HERE), owner


def test_every_predictor_and_transformer_that_recipes_may_name_is_in_the_history():
    """Nothing that all_estimators lists is left out, but what cannot stand in a pipeline."""
    for name, cls in all_estimators(type_filter=["classifier", "regressor", "transformer"]):
        if cls.__module__.split(".")[1] in allowed.SKLEARN_MODULES and HERE in history.versions():
            usable = hasattr(cls, "transform") or hasattr(cls, "predict")
            assert history.since(name) is not None or not usable, name


@pytest.mark.parametrize("row", present(table.RENAMED), ids=lambda row: f"{row.owner}.{row.old}")
def test_an_old_name_is_refused_and_the_new_one_is_named(row):
    """In every version, also in those that only know the old name."""
    error = refusal(row.owner, **{row.old: None})
    assert error.message == f"pipeline.classifier: {row.owner}: {row.old!r} is the old name of {row.new!r}"
    assert error.advice == f"{row.old!r} is called {row.new!r} since scikit-learn {row.since}, and in every recipe"


REFUSED = [row for row in present((*table.RESPELLED, *table.RETIRED)) if getattr(row, "refused", True)]


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: f"{row.owner}.{row.parameter}={row.old}")
def test_an_old_value_is_refused_and_the_new_one_is_named(row):
    """In every version, also in those that only know the old value."""
    error = refusal(row.owner, **{row.parameter: row.old})
    new = "null" if row.new is None else str(row.new).lower() if isinstance(row.new, bool) else str(row.new)
    assert error.message.startswith(f"pipeline.classifier.{row.parameter}: {row.owner}: ")
    assert error.message.endswith(f" is the old spelling of {new}")
    assert error.advice == f"Write {row.parameter}: {new} (scikit-learn {row.since}: {row.source})"


@pytest.mark.parametrize("row", present(table.GONE), ids=lambda row: f"{row.owner}.{row.parameter}")
def test_a_parameter_that_went_away_is_refused_with_what_to_write_instead(row):
    """In every version, also in those that still have it."""
    error = refusal(row.owner, **{row.parameter: 1})
    assert f"has no parameter {row.parameter!r} since scikit-learn {row.since}" in error.message
    assert error.advice.lower() == row.instead.lower()


@pytest.mark.parametrize(
    "row",
    [row for row in present(additions.ADDED) if not at_least("scikit-learn", row.since)],
    ids=lambda row: f"{row.owner}.{row.parameter}",
)
def test_a_parameter_that_this_version_lacks_is_an_error_unless_it_asks_for_what_is_done_anyway(row):
    """The error names the version in which the parameter came; the value that changes nothing is left out."""
    error = refusal(row.owner, **{row.parameter: "something else"})
    assert f"has no parameter {row.parameter!r}: it came in scikit-learn {row.since}" in error.message
    assert error.advice.startswith(f"Build this model with scikit-learn {row.since} or newer only, or leave it out")
    assert ("is what older versions do" in error.advice) == (row.same_as is not NOTHING)
    required = [name for name, default in history.defaults(row.owner, HERE).items() if default == signatures.REQUIRED]
    if row.same_as is not NOTHING and not required:
        assert row.parameter not in build(target(row.owner), **{row.parameter: plain(row.same_as)}).get_params()


def test_a_value_that_this_version_lacks_names_the_version():
    """As does a class; where everything is there, everything is built."""
    for row in present(additions.NEW_VALUES):
        if not at_least("scikit-learn", row.since):
            assert f"it came in scikit-learn {row.since}" in refusal(row.owner, **{row.parameter: row.value}).message
        else:
            build(target(row.owner), **{row.parameter: row.value})
    if not at_least("scikit-learn", "1.3"):
        error = refusal("TargetEncoder")
        assert error.message.endswith("has no 'TargetEncoder': it came in scikit-learn 1.3")
        assert error.advice == "Build this model with scikit-learn 1.3 or newer only"


def test_no_penalty_and_elasticnet_are_said_in_this_versions_words():
    """l1_ratio and C of 1.9 are `penalty` before 1.8; the result says so."""
    notes = Notes("library")
    name = target("LogisticRegression")
    free = build(name, notes, C={"_value_": "inf"})
    mixed = build(name, notes, l1_ratio=0.5, solver="saga")
    assert build(name, l1_ratio=0).get_params()["l1_ratio"] == (0 if at_least("scikit-learn", "1.8") else None)
    if at_least("scikit-learn", "1.8"):
        assert (free.C, mixed.l1_ratio, notes.translated) == (float("inf"), 0.5, [])
    else:
        assert free.penalty == (None if at_least("scikit-learn", "1.2") else "none")
        assert (mixed.penalty, mixed.l1_ratio) == ("elasticnet", 0.5)
        assert [line["recipe"] for line in notes.translated] == ["C=inf", "l1_ratio=0.5"]
        assert {line["since"] for line in notes.translated} <= {"1.2", "1.8"}


def test_the_number_of_runs_depends_on_the_start():
    """KMeans(n_init='auto') is a number before 1.2."""
    for init, runs in (("k-means++", 1), ("random", 10)):
        expected = "auto" if at_least("scikit-learn", "1.2") else runs
        assert build("sklearn.cluster.KMeans", init=init, n_init="auto").n_init == expected


def test_a_translation_stands_in_the_notes_with_its_source():
    """Place, what the recipe says, what this version was told, and the changelog entry between them."""
    notes = Notes()
    spec = {"recipe": {}, "target": "sklearn.preprocessing.OneHotEncoder"}
    build(spec["target"], notes, sparse_output=False)
    lines = [
        {
            "place": "pipeline.classifier",
            "recipe": "sparse_output=False",
            "here": "sparse=False",
            "since": "1.2",
            "source": "`sparse` was renamed to `sparse_output`",
        }
    ]
    assert notes.translated == ([] if at_least("scikit-learn", "1.2") else lines)


def is_built_without_words(owner):
    own, baseline = history.defaults(owner, HERE), history.defaults(owner, history.BASELINE)
    return own and baseline and signatures.REQUIRED not in own.values()


WORDLESS = [owner for owner in history.read()["estimators"] if is_built_without_words(owner)]
"""Estimators of this version and the baseline that need no parameter."""


@pytest.mark.parametrize("owner", WORDLESS)
def test_pinned_defaults_are_the_baselines_wherever_they_can_be_said(owner):
    """What still differs from the baseline is listed; `library` leaves every version's own."""
    notes, own = Notes(), history.defaults(owner, HERE)
    found = build(target(owner), notes).get_params(deep=False)
    listed = {line["parameter"] for line in notes.differing}
    gone = {row.parameter for row in table.GONE if row.owner == owner}
    baseline = history.defaults(owner, history.BASELINE)
    for name in sorted(own.keys() & baseline.keys() - gone - {"random_state"}):
        if "deprecated" not in (own[name], baseline[name]) and not isinstance(own[name], dict):
            values = [newest_value(owner, name, value) for value in (found[name], baseline[name])]
            assert name in listed or same(*values), name
    library = build_library(owner)
    for name in sorted(own.keys() - {"random_state"}):
        assert same(signatures.encoded(library[name]), own[name]) or isinstance(own[name], dict), name


def build_library(owner):
    parts = {"preprocessing": None, "classifier": {"_target_": target(owner)}}
    recipe = {"pipeline": parts, "seed": 0, "defaults": "library"}
    return instantiate.pipeline(recipe, COLUMNS).steps[-1][1].get_params(deep=False)


def test_the_baseline_differs_from_itself_in_nothing():
    """In 1.5 only what 1.5 itself announces to change is written out."""
    if HERE != history.BASELINE:
        pytest.skip("another version")
    notes = Notes()
    for owner in WORDLESS:
        build(target(owner), notes)
    assert {(line["parameter"], line["library"]) for line in notes.differing} <= {
        ("categorical_features", "'warn'"),
        ("eta0", "0.0"),
        ("n_components", "'warn'"),
        ("store_cv_results", "None"),
    }


def test_histogram_boosting_means_the_same_in_every_version():
    """categorical_features and the seeds: the baseline's None, not 'from_dtype' or a warning."""
    found = build(target("HistGradientBoostingClassifier")).get_params()
    assert found["categorical_features"] is None
    assert found["random_state"] == 0


def test_adaboost_is_samme_everywhere():
    """SAMME.R went away, so it is the default nowhere."""
    found = build(target("AdaBoostClassifier")).get_params(deep=False)
    assert found.get("algorithm", "SAMME") in ("SAMME", "deprecated")


def test_a_result_lists_translations_and_defaults(iris):
    """result.json of a model says which defaults were taken, what differs and what was translated."""
    recipe = production.recipe(iris, "scale", {"_target_": "sklearn.ensemble.GradientBoostingClassifier"})
    built = production.build(iris, {**recipe, "defaults": "library"})
    assert b'"taken": "library"' in built.artifacts["result.json"]
    assert parsed(HERE) and b'"translated"' in built.artifacts["result.json"]

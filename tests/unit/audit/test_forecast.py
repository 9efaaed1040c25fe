"""What later versions will do: by the table of what is announced, and by the warnings of a build."""

from __future__ import annotations

from pathlib import Path

import pytest

from remodel.audit.forecast import Outlook, announcements, forecast
from remodel.results.endings import read_ending
from tests.unit.audit.folders import Folder, edit_json

SVC = {"_target_": "sklearn.svm.SVC", "probability": True}


def outlooks(
    folder: Path, classifier: dict, defaults: str = "pinned", version: str = "1.9.1", **changes
) -> list[Outlook]:
    """What is known of a model of this classifier."""
    built = Folder(recipe=classifier, versions={"scikit-learn": version}, **changes).write(folder)
    edit_json(built / "manifest.json", lambda document: document["source"]["recipe"].update(defaults=defaults))
    return forecast(read_ending(built, "credit_mlp", "sklearn-1.5"))


def test_a_parameter_that_goes_breaks_who_sets_it(tmp_path: Path) -> None:
    """With the version, what to write instead, and where that is said; wherever the estimator stands."""
    [found] = outlooks(tmp_path / "own", SVC)
    assert (found.version, found.effect, found.estimator) == ("1.11", "breaks", "SVC")
    assert "CalibratedClassifierCV" in str(found) and "sklearn/svm/_base.py" in str(found)
    inside = {"_target_": "sklearn.ensemble.BaggingClassifier", "estimator": SVC}
    assert outlooks(tmp_path / "inside", inside) == [found]


@pytest.mark.parametrize(
    "classifier",
    [
        {**SVC, "probability": False},
        {"_target_": "sklearn.svm.SVC"},
        {"_target_": "sklearn.linear_model.LogisticRegression"},
    ],
)
def test_nothing_is_said_of_who_does_not_set_it(tmp_path: Path, classifier: dict) -> None:
    """Another value, and no value."""
    assert outlooks(tmp_path, classifier) == []


def test_a_default_that_changes_counts_where_it_is_taken(tmp_path: Path) -> None:
    """Pinned defaults hold what the baseline knows; what it does not know they cannot hold."""
    spec = {"_target_": "sklearn.linear_model.LogisticRegressionCV"}
    words = {one.what.split("`")[1] for one in outlooks(tmp_path / "library", spec, "library")}
    assert words == {"use_legacy_attributes", "scoring"}
    assert {one.what.split("`")[1] for one in outlooks(tmp_path / "pinned", spec)} == {"use_legacy_attributes"}
    assert outlooks(tmp_path / "set", {**spec, "scoring": "accuracy", "use_legacy_attributes": False}, "library") == []


def test_what_has_happened_already_is_no_forecast(tmp_path: Path) -> None:
    """A model of 1.11 has nothing to fear of it."""
    assert outlooks(tmp_path, SVC, version="1.11.0") == []


@pytest.mark.parametrize(
    ("message", "version", "effect"),
    [
        ("'x' was deprecated in version 1.8 and will be removed in 1.12.", "1.12", "breaks"),
        ("The default value of `copy` will change from False to True in 1.10.", "1.10", "changes"),
        ("`y` will raise an error in version 1.13. Use `z`", "1.13", "breaks"),
    ],
)
def test_a_warning_that_names_a_version_is_a_forecast(tmp_path: Path, message: str, version: str, effect: str) -> None:
    """In the library's own words, with the environment that said it."""
    built = Folder(warnings=((message, 3),), versions={"scikit-learn": "1.9.1"}).write(tmp_path)
    edit_json(built / "result.json", lambda document: document["warnings"][0].update(category="FutureWarning"))
    [found] = forecast(read_ending(built, "credit_mlp", "sklearn-1.5"))
    assert (found.version, found.effect, found.what) == (version, effect, message)
    assert found.source == "a warning of sklearn-1.5"


def test_a_warning_of_what_the_table_says_is_not_said_twice(tmp_path: Path) -> None:
    """The table's line says what to write instead."""
    message = "The `probability` parameter was deprecated in 1.9 and will be removed in version 1.11."
    built = Folder(recipe=SVC, warnings=((message, 1),), versions={"scikit-learn": "1.9.1"}).write(tmp_path)
    edit_json(built / "result.json", lambda document: document["warnings"][0].update(category="FutureWarning"))
    [found] = forecast(read_ending(built, "credit_mlp", "sklearn-1.5"))
    assert found.source == "sklearn/svm/_base.py"


def test_every_announcement_is_whole() -> None:
    """What to write instead, and where it is said."""
    for each in announcements():
        assert each.what and each.instead and each.source.startswith("sklearn/")

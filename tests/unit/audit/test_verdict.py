"""Verdicts on planted differences and planted sameness, and the candidates that are named for the cause."""

import numpy as np
import pytest

from remodel.audit.causes import causes, parameters
from remodel.audit.verdict import VERDICTS, Verdict, judge
from remodel.recipes.params import Tolerances
from remodel.results.endings import Failed, Retired, read_ending
from tests.unit.audit.folders import SNAPSHOT, TOLERANCES, Folder, labels, probabilities

BASELINE, NEW = "sklearn-1.5", "sklearn-1.9"
ALLOWED = Tolerances.model_validate(TOLERANCES)


def flipped(count):
    planted = labels()
    planted[:count] = np.where(planted[:count] == "yes", "no", "yes")
    return planted


def moved(step, rows=40):
    planted = probabilities()
    planted[:rows, 1] += step
    planted[:rows, 0] -= step
    return planted


def results(folder, **differences):
    base = read_ending(Folder().write(folder / "base"), "credit_mlp", BASELINE)
    own = read_ending(Folder(environment=NEW, **differences).write(folder), "credit_mlp", NEW)
    return own, base


CHANGED = {
    "labels out of fold": ({"oof_labels": flipped(2)}, "2 of 40 labels out of fold flip (5.00%, allowed 3.00%)"),
    "labels in sample": ({"fit_labels": flipped(3)}, "3 of 40 labels in sample flip (7.50%, allowed 3.00%)"),
    "probabilities out of fold": (
        {"oof": moved(0.02)},
        "probabilities out of fold move by 0.02 at the 95.0% quantile (allowed 0.01)",
    ),
    "probabilities in sample": (
        {"fit": moved(-0.5)},
        "probabilities in sample move by 0.5 at the 95.0% quantile (allowed 0.01)",
    ),
    "worse in every fold": (
        {"accuracy": (0.88, 0.78, 0.88, 0.78, 0.88), "fit": moved(1e-9)},
        "accuracy may be worse by 0.0200, mean 0.0200 (allowed 0.01)",
    ),
    "may be worse": (
        {"accuracy": (1.0, 0.5, 1.0, 0.5, 1.0), "fit": moved(1e-9)},
        "accuracy may be worse by 0.3733, mean 0.0600 (allowed 0.01)",
    ),
    "log loss is better when it is less": (
        {"log_loss": (0.5,) * 5, "fit": moved(1e-9)},
        "log loss may be worse by 0.1000, mean 0.1000 (allowed 0.01)",
    ),
}

EQUIVALENT = {
    "one bit": {"fit": np.nextafter(probabilities(), 1)},
    "one label of forty": {"oof_labels": flipped(1)},
    "few rows far away": {"oof": moved(0.5, rows=1)},
    "all rows a little": {"oof": moved(0.009)},
    "better in every fold": {"accuracy": (1.0, 0.9, 1.0, 0.9, 1.0), "fit": moved(1e-9)},
    "worse by less than the region": {"accuracy": (0.895, 0.795, 0.895, 0.795, 0.895), "fit": moved(1e-9)},
    "a lower log loss": {"log_loss": (0.3,) * 5, "fit": moved(1e-9)},
}

IDENTICAL = {
    "nothing": {},
    "no ONNX file": {"no_onnx_reason": "no converter"},
    "warnings": {"warnings": (("soon gone", 3),)},
    "other versions": {"versions": {"numpy": "2.0", "scikit-learn": "1.9"}},
    "a default that nothing uses": {"parameters": {"C": "1.0", "tol": "0.0001", "n_jobs": "null"}},
    "a score computed in another way": {"log_loss": (0.41,) * 5},
}


@pytest.mark.parametrize("case", CHANGED)
def test_planted_differences_are_changed_and_the_broken_rule_is_named(tmp_path, case):
    differences, reason = CHANGED[case]
    assert judge(*results(tmp_path, **differences), ALLOWED) == Verdict("changed", (reason,))


@pytest.mark.parametrize("case", EQUIVALENT)
def test_planted_differences_within_the_tolerances_are_equivalent(tmp_path, case):
    assert judge(*results(tmp_path, **EQUIVALENT[case]), ALLOWED) == Verdict("equivalent")


@pytest.mark.parametrize("case", IDENTICAL)
def test_the_same_predictions_are_identical_whatever_else_differs(tmp_path, case):
    assert judge(*results(tmp_path, **IDENTICAL[case]), ALLOWED) == Verdict("identical")


def test_zero_and_minus_zero_are_not_the_same_bits(tmp_path):
    zeros = probabilities()
    zeros[0] = [0.0, 1.0]
    base = read_ending(Folder(oof=zeros).write(tmp_path / "base"), "credit_mlp", BASELINE)
    zeros[0, 0] = -0.0
    own = read_ending(Folder(environment=NEW, oof=zeros).write(tmp_path), "credit_mlp", NEW)
    assert judge(own, base, ALLOWED).name == "equivalent"


def test_wider_tolerances_let_the_same_results_pass(tmp_path):
    """The tolerances of params.yaml decide, no constant of the code."""
    wide = Tolerances.model_validate({**TOLERANCES, "labels": 0.05})
    assert judge(*results(tmp_path, oof_labels=flipped(2)), wide).name == "equivalent"
    exact = Tolerances.model_validate({**TOLERANCES, "labels": 0.0})
    assert judge(*results(tmp_path / "again", oof_labels=flipped(1)), exact).name == "changed"


def test_a_model_that_is_not_there_is_failed_or_retired(tmp_path):
    _, base = results(tmp_path)
    assert judge(Failed("build", "no fit", "mend it"), base, ALLOWED) == Verdict("failed", ("no fit",))
    assert judge(Retired("nobody asks"), base, ALLOWED) == Verdict("retired", ("nobody asks",))


def test_there_are_six_verdicts():
    assert VERDICTS == ("identical", "equivalent", "changed", "failed", "failed in the baseline", "retired")


CAUSES = {
    "data": ({"snapshot": {**SNAPSHOT, "data.parquet": "9" * 64}}, "data: data.parquet aaaaaaaaaaaa -> 999999999999"),
    "folds": ({"snapshot": {**SNAPSHOT, "folds": "9" * 64}}, "folds: folds cccccccccccc -> 999999999999"),
    "a parameter": (
        {"recipe": {"_target_": "sklearn.linear_model.LogisticRegression", "C": 2.0}},
        "recipe: classifier.C",
    ),
    "another class": ({"recipe": {"_target_": "sklearn.svm.SVC", "C": 1.0}}, "recipe: classifier._target_"),
    "the seed": ({"seed": 1}, "recipe: seed 0 -> 1"),
    "a default": ({"parameters": {"C": "1.0", "tol": "0.01"}}, "defaults: classifier.tol 0.0001 -> 0.01"),
    "scikit-learn": ({"versions": {"scikit-learn": "1.9"}}, "scikit-learn: version 1.0 -> 1.9"),
    "numpy": ({"versions": {"numpy": "2.0"}}, "numpy: version 1.0 -> 2.0"),
    "scipy": ({"versions": {"scipy": "2.0"}}, "scipy: version 1.0 -> 2.0"),
    "threads": ({"threads": 2}, "threads: value 1 -> 2"),
}


@pytest.mark.parametrize("case", CAUSES)
def test_the_one_input_that_differs_is_the_only_candidate(tmp_path, case):
    differences, expected = CAUSES[case]
    (found,) = causes(*results(tmp_path, **differences))
    assert str(found).startswith(expected)


def test_what_cannot_move_a_prediction_is_no_candidate(tmp_path):
    differences = {"versions": {"onnx": "2.0", "skops": "3.0"}, "parameters": {"C": "2.0", "tol": "0.0001", "new": "1"}}
    assert causes(*results(tmp_path, **differences)) == ()


def test_parameters_that_only_one_version_has_are_listed(tmp_path):
    own, base = results(tmp_path, parameters={"C": "1.0", "l1_ratio": "0.0"})
    assert [(one.name, one.baseline, one.here, one.declared) for one in parameters(own, base)] == [
        ("classifier.l1_ratio", None, "0.0", False),
        ("classifier.tol", "0.0001", None, False),
    ]

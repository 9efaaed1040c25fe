"""Ensembles of classifiers and what wraps a classifier."""

from __future__ import annotations

import pytest
from builds import pipeline, tabular
from proof import prove
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier

from builder.compat.exporting import sklearn_version


def dense():
    return tabular(sparse_threshold=0)


def members():
    return [
        ("logistic", LogisticRegression(max_iter=300)),
        ("tree", DecisionTreeClassifier(max_depth=4, random_state=0)),
        ("bayes", GaussianNB(var_smoothing=1e-2)),
    ]


ADA = [{}, {"algorithm": "SAMME"}] if sklearn_version() < (1, 8) else [{}]
ENSEMBLES = {
    "bagged_trees": BaggingClassifier(n_estimators=12, random_state=0),
    "bagged_columns": BaggingClassifier(
        DecisionTreeClassifier(max_depth=6), n_estimators=9, max_features=0.6, max_samples=0.5, random_state=0
    ),
    "bagged_logistic": BaggingClassifier(
        LogisticRegression(max_iter=200), n_estimators=4, max_features=0.7, random_state=0
    ),
    "bagged_ridge": BaggingClassifier(RidgeClassifier(), n_estimators=5, random_state=0),
    "bagged_few_rows": BaggingClassifier(KNeighborsClassifier(1), n_estimators=6, max_samples=4, random_state=0),
    "voting_soft": VotingClassifier(members(), voting="soft"),
    "voting_soft_weighted": VotingClassifier(members(), voting="soft", weights=[2, 1, 0.5]),
    "voting_hard": VotingClassifier(members(), voting="hard"),
    "voting_hard_weighted": VotingClassifier(members(), voting="hard", weights=[1, 2, 1.5]),
    "stacking": StackingClassifier(members(), cv=3),
    "stacking_passthrough": StackingClassifier(
        [("ridge", RidgeClassifier()), ("bayes", GaussianNB(var_smoothing=1e-2))],
        RandomForestClassifier(7, random_state=0),
        cv=3,
        passthrough=True,
    ),
    "stacking_labels": StackingClassifier(members(), cv=3, stack_method="predict"),
    "one_vs_rest": OneVsRestClassifier(LogisticRegression(max_iter=300)),
    "one_vs_rest_trees": OneVsRestClassifier(DecisionTreeClassifier(max_depth=4, random_state=0)),
    "search": GridSearchCV(LogisticRegression(max_iter=300), {"C": [0.1, 1.0]}, cv=3),
}
CALIBRATED = {
    "linear_svc": LinearSVC(random_state=0, max_iter=4000),
    "ridge": RidgeClassifier(),
    "forest": RandomForestClassifier(9, random_state=0),
    "gradient": GradientBoostingClassifier(n_estimators=8, random_state=0),
    "svc": SVC(),
    "bayes": GaussianNB(var_smoothing=0.5),
    "knn": KNeighborsClassifier(5),
    "bagged": BaggingClassifier(RidgeClassifier(), n_estimators=3, random_state=0),
}


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("options", ADA, ids=str)
@pytest.mark.parametrize("depth", [1, 3])
def test_adaboost_of_trees(options, depth, classes):
    """SAMME and SAMME.R, leaf by leaf."""
    model = AdaBoostClassifier(DecisionTreeClassifier(max_depth=depth), n_estimators=15, random_state=0, **options)
    prove(f"adaboost_{depth}_{options}", pipeline(model, dense()), classes, tolerance=1e-14)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("options", ADA, ids=str)
def test_adaboost_of_others(options, classes):
    """Members that are not trees vote with their labels or their probabilities."""
    model = AdaBoostClassifier(LogisticRegression(max_iter=200), n_estimators=4, random_state=0, **options)
    prove(f"adaboost_logistic_{options}", pipeline(model, dense()), classes)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("name", ENSEMBLES)
def test_ensembles(name, classes):
    """Means, votes and stacks of members."""
    prove(name, pipeline(ENSEMBLES[name], dense()), classes)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("method", ["sigmoid", "isotonic"] + (["temperature"] if sklearn_version() >= (1, 8) else []))
@pytest.mark.parametrize("name", CALIBRATED)
def test_calibration(name, method, classes):
    """Calibration gives probabilities to what has none."""
    model = CalibratedClassifierCV(CALIBRATED[name], method=method, cv=3)
    prove(f"calibrated_{method}_{name}", pipeline(model, dense()), classes, exempt=3 if name == "knn" else 0)


def test_steep_calibration_magnifies_rounding():
    """Isotonic steps between probabilities that differ by ulps magnify rounding; labels agree all the same."""
    model = CalibratedClassifierCV(GaussianNB(var_smoothing=1e-2), method="isotonic", cv=3)
    prove("calibrated_steep", pipeline(model, dense()), 2, exempt=300, tolerance=1e-6)


def test_calibration_of_one_model():
    """One model, calibrated on its cross-validated answers."""
    prove("calibrated_single", pipeline(CalibratedClassifierCV(RidgeClassifier(), cv=3, ensemble=False), dense()), 3)


def test_ensemble_of_pipelines():
    """Members may be pipelines of their own on the raw columns, text included."""
    parts = [
        ("a", pipeline(LogisticRegression(max_iter=300))),
        ("b", pipeline(ExtraTreesClassifier(6, random_state=0), dense())),
    ]
    prove("voting_pipelines", VotingClassifier(parts, voting="soft"), 3)
    prove("stacking_pipelines", StackingClassifier(parts, cv=3), 3)


@pytest.mark.skipif(sklearn_version() < (1, 5), reason="moved thresholds are new in 1.5")
@pytest.mark.parametrize("method", ["auto", "predict_proba", "decision_function"])
def test_moved_threshold(method):
    """The label follows the moved threshold, the probabilities stay."""
    from sklearn.model_selection import FixedThresholdClassifier, TunedThresholdClassifierCV

    prove(
        "fixed",
        pipeline(FixedThresholdClassifier(LogisticRegression(), threshold=0.3, response_method=method), dense()),
    )
    prove(
        "fixed_a",
        pipeline(
            FixedThresholdClassifier(LogisticRegression(), pos_label="a", threshold=0.4, response_method=method),
            dense(),
        ),
    )
    prove("tuned", pipeline(TunedThresholdClassifierCV(LogisticRegression(), cv=3, response_method=method), dense()))

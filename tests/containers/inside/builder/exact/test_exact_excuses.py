"""No excuse that the exporter wrote for itself: files that were wrong, or lost, for no reason of mathematics."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import BaggingClassifier, ExtraTreesClassifier, GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import KBinsDiscretizer, Normalizer, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from builder.answers import LabelsWithProbabilities
from builder.data import Snapshot
from builder.onnx import exact, gate, parity
from builder.onnx.exact.arithmetic import with_row
from builder.onnx.exact.frame import numeric

ROWS = 300


def numbers(scale=1.0):
    """Four columns, and a class of three that hangs on them."""
    random = np.random.default_rng(0)
    X = random.normal(size=(ROWS, 4))
    y = np.where(X[:, 0] + X[:, 1] > 0, "a", np.where(X[:, 2] > 0, "b", "c")).astype(str)
    return pd.DataFrame(X * scale, columns=list("pqrs")), y


def measured(model, X, y):
    """The gate's measure of the exact file, and what speaks against it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, y)
        file = exact.export(model, [(name, "numeric", None) for name in X.columns])
        expected = LabelsWithProbabilities.ask(model, X)
        found = gate.measure(model, file, X, expected, parity.EXACT)
    assert isinstance(found, gate.Measured), found
    return found, found.objection(LabelsWithProbabilities, len(X))


@pytest.mark.parametrize(
    "inner",
    [
        RandomForestClassifier(5, random_state=0),
        ExtraTreesClassifier(5, random_state=0),
        GradientBoostingClassifier(n_estimators=4, random_state=0),
    ],
    ids=lambda inner: type(inner).__name__,
)
def test_ensembles_in_a_bag_have_a_file(inner):
    """A forest is no list of its trees to who looks for thresholds."""
    bag = BaggingClassifier(inner, n_estimators=3, max_features=0.5, random_state=0)
    assert measured(make_pipeline(bag), *numbers())[1] is None


@pytest.mark.parametrize("strategy", ["quantile", "uniform", "kmeans"])
def test_columns_whose_bins_are_all_too_small_have_one(strategy):
    """At a scale of 1e-9 scikit-learn drops every bin."""
    bins = KBinsDiscretizer(5, encode="ordinal", strategy=strategy)
    assert measured(make_pipeline(bins, LogisticRegression()), *numbers(1e-9))[1] is None


@pytest.mark.parametrize("norm", ["l1", "l2", "max"])
@pytest.mark.parametrize("last", [LogisticRegression(), DecisionTreeClassifier(random_state=0)], ids=["linear", "tree"])
def test_rows_next_to_nothing_are_normalised_as_scikit_learn_does(norm, last):
    """Below ten epsilons a norm does not divide, from scikit-learn 1.0 on."""
    X, y = numbers()
    X = X.mul(np.where(np.arange(ROWS) % 3 == 0, 1e-15, 1.0), axis=0)
    assert measured(make_pipeline(Normalizer(norm), last), X, y)[1] is None


def test_a_wrong_limit_of_norms_is_found_by_adversarial_rows(monkeypatch):
    """The rows that missed it: no row of the data has a norm that small."""
    from builder.onnx.exact.transformers import scalers

    X, y = numbers()
    right = scalers.smallest_norm()
    monkeypatch.setattr(scalers, "smallest_norm", lambda: 0.0 if right else 1e-14)
    assert measured(make_pipeline(Normalizer(), LogisticRegression()), X, y)[1]


def test_sigmoids_that_are_all_next_to_zero_are_divided_as_they_are():
    """Three classes, none of which says yes: their tiny chances still have a ratio."""
    X, y = numbers()
    X = X.mul(np.random.default_rng(1).choice([1.0, 1e3, 1e5], ROWS), axis=0)
    model = CalibratedClassifierCV(LogisticRegression(C=1e6, max_iter=500), cv=3)
    assert measured(make_pipeline(model), X, y)[1] is None


def test_one_against_the_rest_of_trees_has_scores():
    """Where no class says yes the probabilities are zeros, which scikit-learn's ROC AUC refuses."""
    X, y = numbers()
    model = OneVsRestClassifier(DecisionTreeClassifier(max_depth=2, random_state=0)).fit(X, y)
    schema = {"columns": [], "target": {"name": "t", "classes": ["a", "b", "c"]}}
    answers = LabelsWithProbabilities.ask(model, X)
    scores = answers.scores(y, Snapshot(schema, X, y, ()))
    assert 0.5 < scores["roc_auc"] <= 1.0


def test_nearest_neighbours_of_a_table_of_ties_have_no_file():
    """Each row has an excuse, and the file would answer a third of them otherwise."""
    random = np.random.default_rng(0)
    X = pd.DataFrame((random.random((200, 6)) < 0.5).astype(float), columns=list("pqrstu"))
    y = random.choice(["a", "b"], 200).astype(str)
    found, objection = measured(make_pipeline(KNeighborsClassifier(4)), X, y)
    assert "rows are answered otherwise, more than 0.1%: tie at the k-th neighbour" in objection
    assert len(found.beyond) > 20


def alone_is_off(g, estimator, frame):
    """The scaler's numbers, and others where a request has a single row."""
    x = with_row(
        g, "Div", with_row(g, "Sub", frame.matrix(g), estimator.mean_, frame.width), estimator.scale_, frame.width
    )
    rows = g.op("Shape", x, start=0, end=1)
    alone = g.op("Equal", rows, g.constant([1], np.int64))
    return numeric(g.op("Where", alone, with_row(g, "Add", x, 5.0, frame.width), x), frame.width)


def test_a_file_that_is_right_in_batches_alone_is_found():
    """A server asks row by row: what answers otherwise then is not published."""
    X, y = numbers()
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
    columns = [(name, "numeric", None) for name in X.columns]
    expected = LabelsWithProbabilities.ask(model, X)
    for emitters, right in (({}, True), ({StandardScaler: alone_is_off}, False)):
        file = exact.export(model, columns, emitters)
        assert parity.compare(file, X, expected).holds
        found = gate.measure(model, file, X, expected, parity.EXACT)
        assert (found.objection(LabelsWithProbabilities, len(X)) is None) is right

"""Each classifier answers from its file as from scikit-learn, on two and on three classes."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from builds import pipeline, tabular
from proof import answers, compare, prove
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.gaussian_process.kernels import RBF, Matern
from sklearn.linear_model import LogisticRegression, Perceptron, RidgeClassifier, SGDClassifier
from sklearn.multiclass import OneVsOneClassifier, OutputCodeClassifier
from sklearn.naive_bayes import BernoulliNB, CategoricalNB, ComplementNB, GaussianNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier, NearestCentroid, RadiusNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import KBinsDiscretizer, MinMaxScaler
from sklearn.semi_supervised import LabelPropagation, LabelSpreading, SelfTrainingClassifier
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier
from tabular import described, make

from builder.compat.exporting import sklearn_version
from builder.onnx.exact import export
from serving.session import open_session

SMOOTH = {
    "logistic": LogisticRegression(max_iter=500),
    "logistic_through_origin": LogisticRegression(fit_intercept=False, max_iter=500),
    "logistic_strong": LogisticRegression(C=100.0, max_iter=2000),
    "mlp": MLPClassifier((12, 7), max_iter=150, random_state=0),
    "mlp_tanh": MLPClassifier((9,), activation="tanh", max_iter=60, random_state=0),
    "mlp_logistic": MLPClassifier((9,), activation="logistic", max_iter=60, random_state=0),
    "gaussian_nb": GaussianNB(var_smoothing=1e-2),
    "bernoulli_nb": BernoulliNB(),
    "ridge": RidgeClassifier(),
    "perceptron": Perceptron(random_state=0),
    "sgd_huber": SGDClassifier(loss="modified_huber", random_state=0),
    "sgd_hinge": SGDClassifier(loss="hinge", random_state=0),
}
TREES = {
    "tree": DecisionTreeClassifier(random_state=0),
    "tree_balanced": DecisionTreeClassifier(max_depth=5, class_weight="balanced", random_state=0),
    "tree_root_only": DecisionTreeClassifier(max_depth=1, min_samples_leaf=130, random_state=0),
    "forest": RandomForestClassifier(25, random_state=0),
    "forest_balanced": RandomForestClassifier(12, max_depth=6, class_weight="balanced", random_state=0),
    "extra_trees": ExtraTreesClassifier(25, random_state=0),
    "gradient_boosting": GradientBoostingClassifier(n_estimators=25, random_state=0),
    "gradient_boosting_zero": GradientBoostingClassifier(n_estimators=8, init="zero", subsample=0.7, random_state=0),
    "histogram": HistGradientBoostingClassifier(max_iter=25, random_state=0),
}


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("name", SMOOTH)
def test_smooth_classifiers(name, classes):
    """Labels are equal and probabilities agree to rounding."""
    prove(name, pipeline(SMOOTH[name], tabular(sparse_threshold=0)), classes)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("name", TREES)
def test_trees_agree_on_and_beside_every_threshold(name, classes):
    """Trees' probabilities are equal to the last bits, on adversarial rows too."""
    prove(name, pipeline(TREES[name], tabular(sparse_threshold=0)), classes, tolerance=1e-15)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("solver,multi", [("lbfgs", "ovr"), ("lbfgs", "multinomial"), ("liblinear", "auto")])
def test_logistic_regression_of_each_kind(solver, multi, classes):
    """One against the rest, multinomial (two classes too) and liblinear have different probabilities."""
    options = {"multi_class": multi} if "multi_class" in LogisticRegression().get_params() else {}
    if not options and solver == "liblinear" and classes > 2:
        pytest.skip("liblinear refuses more than two classes here")
    prove(f"logistic_{solver}_{multi}", pipeline(LogisticRegression(solver=solver, max_iter=500, **options)), classes)


@pytest.mark.parametrize("classes", [2, 3])
def test_sgd_with_logistic_loss(classes):
    """The loss was renamed from log to log_loss."""
    from builder.compat.exporting import sklearn_version

    loss = "log_loss" if sklearn_version() >= (1, 1) else "log"
    prove("sgd_log", pipeline(SGDClassifier(loss=loss, random_state=0)), classes)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("naive", [MultinomialNB(), ComplementNB(), ComplementNB(norm=True)], ids=repr)
def test_naive_bayes_of_counts(naive, classes):
    """Multinomial and complement naive Bayes, on columns scaled to be non-negative."""
    scaler = MinMaxScaler(clip=True)
    prove(repr(naive), pipeline(naive, tabular(scaler, sparse_threshold=0)), classes)


KERNELS = [
    {"kernel": "linear"},
    {"kernel": "rbf"},
    {"kernel": "poly", "degree": 3, "coef0": 0.5},
    {"kernel": "sigmoid"},
    {"kernel": "rbf", "class_weight": "balanced", "break_ties": True},
]


@pytest.mark.parametrize("classes", [2, 3, 4])
@pytest.mark.parametrize("options", KERNELS, ids=str)
def test_support_vectors_vote_and_couple(options, classes):
    """Votes for the label, Platt's sigmoids and libsvm's coupling for the probabilities."""
    prove(f"svc_{options['kernel']}", pipeline(SVC(probability=True, random_state=0, **options)), classes)


@pytest.mark.parametrize("classes", [2, 3])
def test_support_vectors_without_probabilities(classes):
    """A model without probabilities has a file with labels only."""
    prove("svc_labels", pipeline(SVC(gamma=0.1), tabular(sparse_threshold=0)), classes)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("algorithm", ["brute", "kd_tree", "ball_tree", "auto"])
@pytest.mark.parametrize("weights", ["uniform", "distance"])
def test_neighbours(algorithm, weights, classes):
    """Brute force and trees compute distances differently; ties at the k-th neighbour are exempt."""
    model = KNeighborsClassifier(7, algorithm=algorithm, weights=weights)
    prove(f"knn_{algorithm}_{weights}", pipeline(model, tabular(sparse_threshold=0)), classes, tolerance=1e-10)


def test_neighbours_by_manhattan_distance():
    """Distances other than the Euclidean are sums of absolute differences."""
    model = KNeighborsClassifier(5, p=1, weights="distance")
    prove("knn_manhattan", pipeline(model, tabular(sparse_threshold=0)), 3, tolerance=1e-10)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize(
    "model",
    [
        LinearDiscriminantAnalysis(),
        LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.1),
        QuadraticDiscriminantAnalysis(reg_param=0.1),
    ],
    ids=repr,
)
def test_discriminants(model, classes):
    """Linear and quadratic discriminant analysis."""
    prove(repr(model), pipeline(model, tabular(sparse_threshold=0, words="drop")), classes)


@pytest.mark.parametrize("classes", [2, 3])
def test_naive_bayes_of_categories(classes):
    """Categorical naive Bayes looks up each category's number."""
    bins = KBinsDiscretizer(4, encode="ordinal", strategy="uniform")
    model = Pipeline([("bins", bins), ("bayes", CategoricalNB(min_categories=4))])
    prove("categorical_nb", pipeline(model, tabular(words="drop")), classes)


@pytest.mark.parametrize("strategy", ["prior", "most_frequent", "constant"])
def test_dummy(strategy):
    """A baseline has no columns to look at, and answers each row alike."""
    prove(f"dummy_{strategy}", pipeline(DummyClassifier(strategy=strategy, constant="b"), tabular()), 3)


def test_numbers_as_classes():
    """Labels that are numbers come out as their text."""
    frame, labels = make(200, 3, seed=1)
    numbers = np.searchsorted(["a", "b", "c"], labels)
    _, file, _ = prove("numbers", pipeline(LogisticRegression(max_iter=300)), 3, frame=frame, labels=numbers)
    assert set(answers(open_session(file), frame).labels) == {"0", "1", "2"}


FAR = {
    "centroid": NearestCentroid(),
    "centroid_manhattan": NearestCentroid(metric="manhattan"),
    "one_vs_one": OneVsOneClassifier(LinearSVC(random_state=0, max_iter=5000)),
    "one_vs_one_trees": OneVsOneClassifier(DecisionTreeClassifier(max_depth=3, random_state=0)),
    "output_code": OutputCodeClassifier(LinearSVC(random_state=0, max_iter=5000), code_size=3, random_state=0),
    "self_training": SelfTrainingClassifier(LogisticRegression(max_iter=300)),
    "propagation": LabelPropagation(gamma=0.3),
    "spreading": LabelSpreading(gamma=0.3),
    "spreading_nearest": LabelSpreading(kernel="knn", n_neighbors=6),
    "radius": RadiusNeighborsClassifier(6.0),
    "radius_distance": RadiusNeighborsClassifier(6.0, weights="distance"),
    "radius_outlier": RadiusNeighborsClassifier(2.5, outlier_label="a"),
    "gaussian_process": GaussianProcessClassifier(1.0 * RBF(3.0), optimizer=None),
    "gaussian_process_matern": GaussianProcessClassifier(4.0 * Matern(3.0, nu=2.5), optimizer=None),
}
"""Classifiers by distances, by pairs of classes, and by what is not labelled."""


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("name", FAR)
def test_classifiers_by_distance_and_by_pairs(name, classes):
    """Labels are equal, and what else they answer is within a rounding of many products."""
    if name.startswith(("propagation", "spreading")) and sklearn_version() < (1, 0):
        pytest.skip("0.24 takes no labels that are texts")
    rows = {}
    if name == "self_training":  # which takes labels as objects alone
        frame, labels = make(260, classes, seed=1)
        rows = {"frame": frame, "labels": labels.astype(object)}
    prove(name, pipeline(FAR[name], tabular()), classes, tolerance=1e-10, exempt=4, **rows)


SPARSE = {
    "svc": SVC(probability=True, random_state=0),
    "svc_linear": SVC(kernel="linear", probability=True, random_state=0),
    "knn": KNeighborsClassifier(7, weights="distance"),
    "logistic": LogisticRegression(max_iter=300),
    "mlp": MLPClassifier((9,), max_iter=60, random_state=0),
    "forest": RandomForestClassifier(9, random_state=0),
    "gradient_boosting": GradientBoostingClassifier(n_estimators=8, random_state=0),
    "bernoulli": BernoulliNB(),
}


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("name", SPARSE)
def test_sparse_columns(name, classes):
    """Classifiers fitted on sparse columns answer alike."""
    prove(f"sparse_{name}", pipeline(SPARSE[name], tabular(sparse_threshold=1.0)), classes)


def test_brute_force_on_training_rows_is_exempt():
    """At a training row the inverse distance is the inverse of rounding: such rows are named, their labels agree."""
    frame, labels = make(150, 3, seed=1)
    model = pipeline(KNeighborsClassifier(5, weights="distance", algorithm="brute"), tabular(sparse_threshold=0))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parity = compare(model.fit(frame, labels), export(model, described(frame)), frame)
    assert parity.holds
    assert {reason for _, reason in parity.exempt} <= {
        "brute force loses the distance to a training row at the same place",
        "tie at the k-th neighbour",
    }

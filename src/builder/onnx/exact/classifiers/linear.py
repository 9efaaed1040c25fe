"""Linear classifiers: LogisticRegression, SGD, ridge, linear SVM, perceptron, linear discriminant analysis."""

from __future__ import annotations

from typing import Any

import numpy as np

from builder.compat.exporting import newton_cholesky_is_one_vs_rest

from ..arithmetic import above, affine, argmax, both, expit, logistic_pair, normalize, row, softmax, with_row
from ..frame import Frame
from ..graph import Graph
from ..registry import Classified, classifier
from ..unsupported import Unsupported


def decision(g: Graph, estimator: Any, frame: Frame) -> str:
    """`X @ coef_.T + intercept_`, [N, 1] for two classes."""
    weights = np.atleast_2d(estimator.coef_)
    return affine(g, frame.matrix(g), weights.T, np.ravel(estimator.intercept_))


def label(g: Graph, scores: str, count: int) -> str:
    """Class of the largest decision; with two classes the second where the decision is positive."""
    return above(g, scores, 0.0) if count == 2 else argmax(g, scores)


@classifier("LogisticRegression", "LogisticRegressionCV")
def logistic(g: Graph, estimator: Any, frame: Frame) -> Classified:
    scores, count = decision(g, estimator, frame), len(estimator.classes_)
    index = label(g, scores, count)
    if _one_vs_rest(estimator, count):
        return Classified(estimator.classes_, index, one_vs_rest(g, scores, count), scores)
    pair = g.op("Concat", g.op("Neg", scores), scores, axis=1) if count == 2 else scores
    return Classified(estimator.classes_, index, softmax(g, pair), scores)


def _one_vs_rest(estimator: Any, count: int) -> bool:
    """`multi_class` decides up to 1.7; from 1.8 on only two classes are fitted one against the rest."""
    if not hasattr(estimator, "multi_class"):
        return count == 2
    if estimator.multi_class in ("ovr", "warn"):
        return True
    if estimator.multi_class not in ("auto", "deprecated"):
        return False
    if estimator.solver == "newton-cholesky":
        return count == 2 or newton_cholesky_is_one_vs_rest()
    return count == 2 or estimator.solver == "liblinear"


def one_vs_rest(g: Graph, scores: str, count: int) -> str:
    """Logistic probabilities of each class, divided by their sum."""
    if count == 2:
        return logistic_pair(g, scores)
    return normalize(g, expit(g, scores, count), count)


@classifier("SGDClassifier")
def sgd(g: Graph, estimator: Any, frame: Frame) -> Classified:
    scores, count = decision(g, estimator, frame), len(estimator.classes_)
    index = label(g, scores, count)
    if estimator.loss in ("log", "log_loss"):
        return Classified(estimator.classes_, index, one_vs_rest(g, scores, count), scores)
    if estimator.loss == "modified_huber":
        return Classified(estimator.classes_, index, _modified_huber(g, scores, count), scores)
    return Classified(estimator.classes_, index, None, scores)


def _modified_huber(g: Graph, scores: str, count: int) -> str:
    """`(clip(decision, -1, 1) + 1) / 2` (Zadrozny and Elkan 2002); a row of zeros becomes uniform."""
    width = 1 if count == 2 else count
    low, high = row(g, -1.0, width), row(g, 1.0, width)
    kept = g.op("Where", g.op("Less", scores, low), low, scores)
    kept = g.op("Where", g.op("Greater", kept, high), high, kept)
    p = with_row(g, "Div", g.op("Add", kept, high), 2.0, width)
    return both(g, p) if count == 2 else normalize(g, p, count)


@classifier("RidgeClassifier", "RidgeClassifierCV", "LinearSVC", "Perceptron", "PassiveAggressiveClassifier")
def without_probabilities(g: Graph, estimator: Any, frame: Frame) -> Classified:
    if np.ndim(estimator.classes_) != 1:
        raise Unsupported(estimator, "several outputs")
    scores = decision(g, estimator, frame)
    return Classified(estimator.classes_, label(g, scores, len(estimator.classes_)), None, scores)


@classifier("LinearDiscriminantAnalysis")
def linear_discriminant(g: Graph, estimator: Any, frame: Frame) -> Classified:
    scores, count = decision(g, estimator, frame), len(estimator.classes_)
    probabilities = logistic_pair(g, scores) if count == 2 else softmax(g, scores)
    return Classified(estimator.classes_, label(g, scores, count), probabilities, scores)

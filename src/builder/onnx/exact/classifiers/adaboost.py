"""AdaBoostClassifier: SAMME, and SAMME.R up to 1.5 (Zhu, Zou, Rosset and Hastie 2009)."""

from __future__ import annotations

from typing import Any

import numpy as np

from builder.compat.exporting import wrong_votes_count_nothing

from ..arithmetic import above, argmax, column, row, softmax, sum_parts, sum_rows, with_row
from ..frame import Frame
from ..graph import Graph
from ..registry import Classified, classifier, classify
from ..tree_ensemble import gathered_sum, leaf_rows, of_sklearn, stacked
from .forest import leaf_probabilities
from .members import are_trees, places, votes

LEAST = np.finfo(np.float64).eps


@classifier("AdaBoostClassifier")
def adaboost(g: Graph, estimator: Any, frame: Frame) -> Classified:
    members = estimator.estimators_
    total = _of_trees(g, estimator, frame) if are_trees(members) else _of_any(g, estimator, frame)
    count = len(estimator.classes_)
    mean = with_row(g, "Div", total, estimator.estimator_weights_.sum(), count)
    if count > 2:
        scaled = with_row(g, "Div", mean, count - 1.0, count)
        return Classified(estimator.classes_, argmax(g, mean), softmax(g, scaled), mean)
    decision = g.op("Sub", column(g, mean, 1), column(g, mean, 0))
    pair = with_row(g, "Div", g.op("Concat", g.op("Neg", decision), decision, axis=1), 2.0, 2)
    return Classified(estimator.classes_, above(g, decision, 0.0), softmax(g, pair), decision)


def _is_real(estimator: Any) -> bool:
    return getattr(estimator, "algorithm", "SAMME") == "SAMME.R"


def _shares(weight: float, count: int) -> tuple[float, float]:
    """What a vote of SAMME adds to the class voted for and to the others."""
    return weight, 0.0 if wrong_votes_count_nothing() else -1 / (count - 1) * weight


def _of_trees(g: Graph, estimator: Any, frame: Frame) -> str:
    """Each leaf's contribution is worked out here, with scikit-learn's own operations."""
    members = estimator.estimators_
    trees = [of_sklearn(member.tree_) for member in members]
    tables = [
        _real(leaf_probabilities(m)) if _is_real(estimator) else _voted(m, w, estimator.classes_)
        for m, w in zip(members, estimator.estimator_weights_)
    ]
    return gathered_sum(g, leaf_rows(g, frame.matrix(g), trees, single=True), stacked(trees, tables))


def _real(probabilities: np.ndarray) -> np.ndarray:
    count = probabilities.shape[1]
    logs = np.log(np.clip(probabilities, LEAST, None))
    return np.asarray((count - 1) * (logs - (1.0 / count) * logs.sum(axis=1)[:, np.newaxis]))


def _voted(member: Any, weight: float, classes: np.ndarray) -> np.ndarray:
    label = places(member.classes_, classes)[np.argmax(member.tree_.value[:, 0, :], axis=1)]
    yes, no = _shares(weight, len(classes))
    return np.where(np.arange(len(classes))[np.newaxis] == label[:, np.newaxis], yes, no)


def _of_any(g: Graph, estimator: Any, frame: Frame) -> str:
    count, parts = len(estimator.classes_), []
    for member, weight in zip(estimator.estimators_, estimator.estimator_weights_):
        scores = classify(g, member, frame)
        if _is_real(estimator):
            parts.append(_real_of_any(g, scores.probabilities or "", count))
        else:
            parts.append(votes(g, scores, estimator.classes_, *_shares(float(weight), count)))
    return sum_parts(g, parts)


def _real_of_any(g: Graph, probabilities: str, count: int) -> str:
    logs = g.op("Log", g.op("Max", probabilities, row(g, LEAST, count)))
    mean = g.op("Mul", row(g, 1.0 / count, 1), sum_rows(g, logs))
    return with_row(g, "Mul", g.op("Sub", logs, mean), count - 1.0, count)

"""BaggingClassifier: the mean of members, each of which saw some rows and perhaps some columns."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arithmetic import argmax, sum_parts, with_row
from ..frame import Frame, numeric
from ..graph import Graph
from ..registry import Classified, classifier, classify
from ..tree_ensemble import of_sklearn
from .forest import leaf_probabilities, mean
from .members import are_trees, places, spread, spread_columns, votes


@classifier("BaggingClassifier")
def bagging(g: Graph, estimator: Any, frame: Frame) -> Classified:
    """Members are fitted on numbered classes and on an array without column names."""
    x = frame.matrix(g)
    if are_trees(estimator.estimators_):
        probabilities = _of_trees(g, estimator, x)
        return Classified(estimator.classes_, argmax(g, probabilities), probabilities)
    return _of_any(g, estimator, numeric(x, frame.width, frame.sparse))


def _of_trees(g: Graph, estimator: Any, x: str) -> str:
    members, count = estimator.estimators_, len(estimator.classes_)
    trees = [of_sklearn(m.tree_, f) for m, f in zip(members, estimator.estimators_features_)]
    tables = [spread(leaf_probabilities(m), places(m.classes_, range(count)), count) for m in members]
    return mean(g, x, trees, tables)


def _of_any(g: Graph, estimator: Any, frame: Frame) -> Classified:
    count, parts, decisions = len(estimator.classes_), [], []
    for member, features in zip(estimator.estimators_, estimator.estimators_features_):
        scores = classify(g, member, frame.select(g, [int(i) for i in features]))
        place = places(member.classes_, range(count))
        parts.append(
            votes(g, scores, np.arange(count))
            if scores.probabilities is None
            else spread_columns(g, scores.probabilities, place, count)
        )
        decisions.append(scores.decision)
    probabilities = with_row(g, "Div", sum_parts(g, parts), len(parts), count)
    return Classified(estimator.classes_, argmax(g, probabilities), probabilities, _decision(g, decisions, count))


def _decision(g: Graph, decisions: list[str | None], count: int) -> str | None:
    known = [d for d in decisions if d is not None]
    if len(known) < len(decisions):
        return None
    return with_row(g, "Div", sum_parts(g, known), len(known), 1 if count == 2 else count)

"""VotingClassifier, soft and hard."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arithmetic import argmax, sum_parts, with_row
from ..frame import Frame
from ..graph import Graph
from ..registry import Classified, classifier, classify
from ..unsupported import Unsupported
from .members import votes


@classifier("VotingClassifier")
def voting(g: Graph, estimator: Any, frame: Frame) -> Classified:
    """Members are fitted on numbered classes; hard votes give no probabilities."""
    count = len(estimator.classes_)
    members = [classify(g, member, frame) for member in estimator.estimators_]
    weights = estimator._weights_not_none
    if estimator.voting == "hard":
        total = _weighted(g, [votes(g, m, np.arange(count)) for m in members], weights, count)
        return Classified(estimator.classes_, argmax(g, total))
    parts = [_probabilities(estimator, member) for member in members]
    scale = float(len(parts)) if weights is None else float(np.sum(np.asarray(weights, dtype=np.float64)))
    probabilities = with_row(g, "Div", _weighted(g, parts, weights, count), scale, count)
    return Classified(estimator.classes_, argmax(g, probabilities), probabilities)


def _probabilities(estimator: Any, member: Classified) -> str:
    if member.probabilities is None:
        raise Unsupported(estimator, "a member of a soft vote has no probabilities")
    return member.probabilities


def _weighted(g: Graph, parts: list[str], weights: Any, count: int) -> str:
    if weights is not None:
        parts = [with_row(g, "Mul", part, float(weight), count) for part, weight in zip(parts, weights)]
    return sum_parts(g, parts)

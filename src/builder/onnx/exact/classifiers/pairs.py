"""Several classes told apart by estimators of two: one against one, and codes of several bits."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from builder.compat.exporting import one_vs_one_knows_probabilities

from ..arithmetic import above, argmax, beside, column, matmul, with_row
from ..distances import by_product
from ..frame import Frame
from ..graph import Graph
from ..registry import Classified, classifier, classify
from ..unsupported import Unsupported
from .support_vectors import with_confidence


@classifier("OneVsOneClassifier")
def one_against_one(g: Graph, estimator: Any, frame: Frame) -> Classified:
    """Votes of all pairs, plus confidences squeezed into less than a third (`_ovr_decision_function`)."""
    count, members = len(estimator.classes_), estimator.estimators_
    if estimator.pairwise_indices_ is not None:
        raise Unsupported(estimator, "a kernel of the training rows")
    answers = [_confidence(g, estimator, member, frame) for member in members]
    pairs = list(combinations(range(count), 2))
    votes, signs, lost = np.zeros((len(pairs), count)), np.zeros((len(pairs), count)), np.zeros(count)
    for p, (i, j) in enumerate(pairs):
        votes[p, i], votes[p, j], signs[p, i], signs[p, j] = -1.0, 1.0, -1.0, 1.0
        lost[i] += 1.0
    said = [g.op("Unsqueeze", g.op("Cast", label, to=11), g.constant([1], np.int64)) for label, _ in answers]
    won = with_row(g, "Add", matmul(g, beside(g, said), votes), lost, count)
    total = matmul(g, beside(g, [confidence for _, confidence in answers]), signs)
    scores = with_confidence(g, won, total, count)
    if count > 2:
        return Classified(estimator.classes_, argmax(g, scores), None, scores)
    decision = column(g, scores, 1)
    by_chance = not hasattr(members[0], "decision_function") and one_vs_one_knows_probabilities()
    return Classified(estimator.classes_, above(g, decision, 0.5 if by_chance else 0.0), None, decision)


@classifier("OutputCodeClassifier")
def output_code(g: Graph, estimator: Any, frame: Frame) -> Classified:
    """The class whose code is nearest to what the estimators of the bits say."""
    answers = [_confidence(g, estimator, member, frame)[1] for member in estimator.estimators_]
    far = by_product(g, beside(g, answers), np.asarray(estimator.code_book_, dtype=np.float64))
    return Classified(estimator.classes_, g.op("ArgMin", far, axis=1, keepdims=0))


def _confidence(g: Graph, estimator: Any, member: Any, frame: Frame) -> tuple[str, str]:
    """The place of a member's label, int64 [N], and its decision or the probability of its second class, [N, 1]."""
    if type(member).__name__ == "_ConstantPredictor":  # a bit that all classes have
        rows = g.op("Shape", frame.pieces[0].value, start=0, end=1)
        bit = g.op("Expand", g.constant([int(member.y_[0])], np.int64), rows)
        return bit, g.op("Unsqueeze", g.op("Cast", bit, to=11), g.constant([1], np.int64))
    if len(getattr(member, "classes_", ())) != 2:
        raise Unsupported(estimator, f"{type(member).__name__} for two classes")
    scores = classify(g, member, frame)
    if hasattr(member, "decision_function"):
        if scores.decision is None:
            raise Unsupported(member, "no exact form of its decision is known")
        return scores.index, scores.decision
    return scores.index, column(g, scores.probabilities or "", 1)

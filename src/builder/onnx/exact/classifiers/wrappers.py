"""Estimators that hold one fitted estimator: searches, frozen estimators, moved thresholds, one against the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from builder.compat.exporting import one_vs_rest_ties_go_last

from ..arithmetic import column, flat, not_zero, row, sum_rows
from ..frame import Frame
from ..graph import Graph
from ..registry import Classified, classifier, classify, transform, transformer
from ..unsupported import Unsupported


@classifier("GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV")
def search(g: Graph, estimator: Any, frame: Frame) -> Classified:
    return classify(g, estimator.best_estimator_, frame)


@classifier("SelfTrainingClassifier")
def self_training(g: Graph, estimator: Any, frame: Frame) -> Classified:
    """The estimator that was fitted last, called `base_estimator_` up to 1.5."""
    inner = getattr(estimator, "estimator_", None) or estimator.base_estimator_
    return classify(g, inner, frame)


@classifier("FrozenEstimator")
def frozen(g: Graph, estimator: Any, frame: Frame) -> Classified:
    return classify(g, estimator.estimator, frame)


@transformer("FrozenEstimator")
def frozen_transformer(g: Graph, estimator: Any, frame: Frame) -> Frame:
    return transform(g, estimator.estimator, frame)


@classifier("FixedThresholdClassifier", "TunedThresholdClassifierCV")
def moved_threshold(g: Graph, estimator: Any, frame: Frame) -> Classified:
    """The positive class where its score is at least the threshold."""
    inner = estimator.estimator_ if hasattr(estimator, "estimator_") else estimator.estimator
    scores = classify(g, inner, frame)
    method = getattr(estimator, "response_method", "auto")
    by_probability = method != "decision_function" and scores.probabilities is not None
    positive = _positive(estimator)
    score = _score(g, estimator, scores, by_probability, positive)
    limit: Any = getattr(estimator, "best_threshold_", getattr(estimator, "threshold", None))
    if limit == "auto":
        limit = 0.5 if by_probability else 0.0
    hit = flat(g, g.op("Cast", g.op("GreaterOrEqual", score, row(g, float(limit), 1)), to=7))
    return replace(scores, index=g.op("Gather", g.constant([1 - positive, positive], np.int64), hit))


def _positive(estimator: Any) -> int:
    label = getattr(estimator, "pos_label", None)
    if label is None:
        label = getattr(getattr(estimator, "_curve_scorer", None), "_kwargs", {}).get("pos_label")
    return 1 if label is None else int(np.flatnonzero(estimator.classes_ == label)[0])


def _score(g: Graph, estimator: Any, scores: Classified, by_probability: bool, positive: int) -> str:
    if by_probability:
        return column(g, scores.probabilities or "", positive)
    if scores.decision is None:
        raise Unsupported(estimator, "the decision function of its estimator")
    return scores.decision if positive else g.op("Neg", scores.decision)


@classifier("OneVsRestClassifier")
def one_against_rest(g: Graph, estimator: Any, frame: Frame) -> Classified:
    if estimator.multilabel_:
        raise Unsupported(estimator, "several labels a row")
    members = [classify(g, member, frame) for member in estimator.estimators_]
    answers = [_answer(g, estimator, kind, scores) for kind, scores in zip(estimator.estimators_, members)]
    if len(members) == 1:
        scores = members[0]
        return Classified(estimator.classes_, scores.index, scores.probabilities, scores.decision)
    joined = g.op("Concat", *answers, axis=1)
    index = g.op("ArgMax", joined, axis=1, keepdims=0, select_last_index=int(one_vs_rest_ties_go_last()))
    return Classified(estimator.classes_, index, _normalized(g, members), joined)


def _answer(g: Graph, estimator: Any, kind: Any, scores: Classified) -> str:
    if len(getattr(kind, "classes_", ())) != 2:
        raise Unsupported(estimator, "a class that every row or no row has")
    if scores.decision is not None and hasattr(kind, "decision_function"):
        return scores.decision
    return column(g, scores.probabilities or "", 1)


def _normalized(g: Graph, members: list[Classified]) -> str | None:
    if any(m.probabilities is None for m in members):
        return None
    p = g.op("Concat", *[column(g, m.probabilities or "", 1) for m in members], axis=1)
    total = sum_rows(g, p)
    return g.op("Div", p, not_zero(g, total))

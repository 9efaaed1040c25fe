"""StackingClassifier: members' answers are the columns of a final classifier."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..arithmetic import axes, column
from ..frame import Frame, join, numeric
from ..graph import Graph
from ..registry import Classified, classifier, classify
from ..unsupported import Unsupported


@classifier("StackingClassifier")
def stacking(g: Graph, estimator: Any, frame: Frame) -> Classified:
    methods = [method for method in estimator.stack_method_ if method is not None]
    parts = [
        _part(g, estimator, classify(g, member, frame), method)
        for member, method in zip(estimator.estimators_, methods)
    ]
    if estimator.passthrough:
        parts.append(replace(frame, names=None))
    final = classify(g, estimator.final_estimator_, join(parts, sparse=estimator.passthrough and frame.sparse))
    return replace(final, classes=estimator.classes_)


def _part(g: Graph, estimator: Any, scores: Classified, method: str) -> Frame:
    """A member's columns; of two probabilities only the second."""
    count = len(estimator.classes_)
    if method == "predict_proba" and scores.probabilities is not None:
        if count == 2:
            return numeric(column(g, scores.probabilities, 1), 1)
        return numeric(scores.probabilities, count)
    if method == "decision_function" and scores.decision is not None:
        return numeric(scores.decision, 1 if count == 2 else count)
    if method == "predict" and np.asarray(scores.classes).dtype.kind in "iuf":
        label = g.op("Gather", g.constant(np.asarray(scores.classes, dtype=np.float64)), scores.index)
        return numeric(g.op("Reshape", label, axes(g, -1, 1)), 1)
    raise Unsupported(estimator, f"{method} of a member")

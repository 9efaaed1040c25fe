"""CalibratedClassifierCV: sigmoid (Platt 1999), isotonic, and temperature from 1.8 on."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arithmetic import argmax, both, column, expit, normalize, row, softmax, sum_parts, with_row
from ..frame import Frame
from ..graph import Graph
from ..piecewise import interpolate
from ..registry import Classified, classifier, classify
from ..unsupported import Unsupported
from .members import places, spread_columns


@classifier("CalibratedClassifierCV")
def calibrated(g: Graph, estimator: Any, frame: Frame) -> Classified:
    count = len(estimator.classes_)
    parts = [_one(g, inner, frame, count) for inner in estimator.calibrated_classifiers_]
    probabilities = with_row(g, "Div", sum_parts(g, parts), len(parts), count)
    return Classified(estimator.classes_, argmax(g, probabilities), probabilities)


def _one(g: Graph, inner: Any, frame: Frame, count: int) -> str:
    member = inner.estimator if hasattr(inner, "estimator") else inner.base_estimator  # its name up to 1.1
    scores = classify(g, member, frame)
    if inner.method == "temperature":
        p = _tempered(g, inner, member, scores, count)
    else:
        p = _calibrated(g, inner, member, _answers(g, member, scores, count), count)
    return g.op("Where", g.op("Greater", p, row(g, 1.0, count)), row(g, 1.0, count), p)


def _answers(g: Graph, member: Any, scores: Classified, count: int) -> str:
    """What is calibrated: the decision function where there is one, else probabilities; one column for two classes."""
    if hasattr(member, "decision_function"):
        if scores.decision is None:
            raise Unsupported(member, "its decision function")
        return scores.decision
    if scores.probabilities is None:
        raise Unsupported(member, "it has neither decision function nor probabilities")
    return column(g, scores.probabilities, 1) if count == 2 else scores.probabilities


def _calibrated(g: Graph, inner: Any, member: Any, answers: str, count: int) -> str:
    columns = [_mapped(g, calibrator, column(g, answers, i)) for i, calibrator in enumerate(inner.calibrators)]
    if count == 2:
        return both(g, columns[0])
    p = columns[0] if len(columns) == 1 else g.op("Concat", *columns, axis=1)
    return normalize(g, spread_columns(g, p, places(member.classes_, inner.classes), count), count)


def _mapped(g: Graph, calibrator: Any, x: str) -> str:
    name = type(calibrator).__name__
    if name == "_SigmoidCalibration":
        line = with_row(g, "Add", with_row(g, "Mul", x, calibrator.a_, 1), calibrator.b_, 1)
        return expit(g, g.op("Neg", line), 1)
    if name == "IsotonicRegression":
        return interpolate(g, x, [calibrator.X_thresholds_], [calibrator.y_thresholds_])
    raise Unsupported(calibrator, "unknown calibrator")


def _tempered(g: Graph, inner: Any, member: Any, scores: Classified, count: int) -> str:
    """softmax(beta * logits); probabilities become logits by log(p + 1e-12)."""
    answers = _answers(g, member, scores, count)
    if not hasattr(member, "decision_function"):
        p = both(g, answers) if count == 2 else answers
        logits = g.op("Log", with_row(g, "Add", p, 1e-12, count))
    else:
        logits = g.op("Concat", g.op("Neg", answers), answers, axis=1) if count == 2 else answers
    beta = float(np.ravel(inner.calibrators[0].beta_)[0])
    return softmax(g, with_row(g, "Mul", logits, beta, count))

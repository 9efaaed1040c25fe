"""Cross-validates a pipeline on the stored folds: each fold is fitted from scratch and tested on its own rows."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from builder.data import Snapshot
from builder.training import failures, scoring
from container.errors import build_error, recipe_error
from container.progress import Progress


@dataclass(frozen=True)
class Predicted:
    """Labels, and probabilities with one column a class."""

    labels: numpy.ndarray
    probabilities: numpy.ndarray

    def equals(self, other: Predicted) -> bool:
        """Whether both are the same, bit by bit."""
        same = numpy.array_equal(self.labels, other.labels)
        return same and self.probabilities.tobytes() == other.probabilities.tobytes()


@dataclass(frozen=True)
class OutOfFold:
    """Scores of every fold, and for each row the first fold that tests it and what was predicted there."""

    scores: list[dict[str, float]]
    fold: numpy.ndarray
    predicted: Predicted


def cross_validate(model: Pipeline, snapshot: Snapshot, progress: Progress) -> OutOfFold:
    """Fit and test a clone of `model` on each fold. Raises build errors that name the fold and the step."""
    total, rows, classes = len(snapshot.folds), len(snapshot.y), snapshot.classes
    fold = numpy.full(rows, -1, dtype=numpy.int32)
    labels = numpy.empty(rows, dtype=snapshot.y.dtype)
    probabilities = numpy.zeros((rows, len(classes)))
    scores = []
    for number, test in enumerate(snapshot.folds):
        found = _one_fold(clone(model), snapshot, test, f"fold {number + 1} of {total}")
        scores.append(scoring.fold_scores(snapshot.y[test], found.labels, found.probabilities, classes))
        new = fold[test] < 0
        fold[test[new]] = number
        labels[test[new]] = found.labels[new]
        probabilities[test[new]] = found.probabilities[new]
        progress.report("fold", number + 1, total)
    return OutOfFold(scores, fold, Predicted(labels, probabilities))


def fit(model: Pipeline, X, y, doing: str) -> None:
    """Fit `model`; a refusal becomes a build error."""
    try:
        with warnings.catch_warnings():
            # Older versions refuse it, newer ones warn and keep every column: not what the recipe says.
            warnings.filterwarnings("error", message="k=.* is greater than n_features")
            model.fit(X, y)
    except Exception as error:
        raise failures.step_error(error, model, doing) from error


def predict(model: Any, X, doing: str) -> Predicted:
    """Labels and probabilities of `X`; a refusal or a number that is not finite becomes a build error."""
    try:
        found = Predicted(model.predict(X), numpy.ascontiguousarray(model.predict_proba(X), dtype=numpy.float64))
    except Exception as error:
        raise failures.step_error(error, model, doing) from error
    if not numpy.isfinite(found.probabilities).all():
        raise build_error(f"{doing}: the model predicts probabilities that are not finite", "Scale the columns")
    return found


def _one_fold(model: Pipeline, snapshot: Snapshot, test: numpy.ndarray, name: str) -> Predicted:
    train = numpy.setdiff1d(numpy.arange(len(snapshot.y)), test, assume_unique=True)
    fit(model, snapshot.X.iloc[train], snapshot.y[train], f"{name}, fit")
    _check_probabilities(model)
    return predict(model, snapshot.X.iloc[test], f"{name}, predict")


def _check_probabilities(model: Pipeline) -> None:
    """Asked of a fitted model: older meta-estimators do not know before whether they will have predict_proba."""
    classifier = model.steps[-1][1]
    if not hasattr(classifier, "predict_proba"):
        name = type(classifier).__name__
        advice = "Choose another classifier, or wrap it in CalibratedClassifierCV"
        if hasattr(classifier, "probability"):
            advice = "Set probability: true"
        raise recipe_error(f"pipeline.classifier: {name} gives no probabilities (no predict_proba)", advice)

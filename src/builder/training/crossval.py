"""Cross-validates a pipeline on the stored folds: each fold is fitted from scratch and tested on its own rows."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from builder.answers import Answers
from builder.data import Snapshot
from builder.training import failures
from container.errors import build_error
from container.progress import Progress


@dataclass(frozen=True)
class OutOfFold:
    """Scores of every fold, and for each row the first fold that tests it and what was answered there."""

    scores: list[dict[str, float]]
    fold: numpy.ndarray
    answers: Answers


def cross_validate(kind: type[Answers], model: Pipeline, snapshot: Snapshot, progress: Progress) -> OutOfFold:
    """Fit and test a clone of `model` on each fold. Raises build errors that name the fold and the step, and recipe
    errors where it does not offer what answers of this kind need."""
    total = len(snapshot.folds)
    fold = numpy.full(len(snapshot.y), -1, dtype=numpy.int32)
    answers = kind.blank(snapshot)
    scores = []
    for number, test in enumerate(snapshot.folds):
        tested = _one_fold(kind, clone(model), snapshot, test, f"fold {number + 1} of {total}")
        scores.append(tested.scores(snapshot.y[test], snapshot))
        new = fold[test] < 0
        fold[test[new]] = number
        answers.put(test[new], tested.take(new))
        progress.report("fold", number + 1, total)
    return OutOfFold(scores, fold, answers)


def fit(model: Pipeline, X, y, doing: str) -> None:
    """Fit `model`; a refusal becomes a build error."""
    try:
        with warnings.catch_warnings():
            # Older versions refuse it, newer ones warn and keep every column: not what the recipe says.
            warnings.filterwarnings("error", message="k=.* is greater than n_features")
            model.fit(X, y)
    except Exception as error:
        raise failures.step_error(error, model, doing) from error


def predict(kind: type[Answers], model: Any, X, doing: str) -> Answers:
    """The model's answers to `X`; a refusal or a number that is not finite becomes a build error."""
    try:
        answers = kind.ask(model, X)
    except Exception as error:
        raise failures.step_error(error, model, doing) from error
    if not answers.is_finite():
        raise build_error(f"{doing}: the model predicts {kind.NUMBERS} that are not finite", "Scale the columns")
    return answers


def _one_fold(kind: type[Answers], model: Pipeline, snapshot: Snapshot, test: numpy.ndarray, name: str) -> Answers:
    train = numpy.setdiff1d(numpy.arange(len(snapshot.y)), test, assume_unique=True)
    fit(model, snapshot.X.iloc[train], snapshot.y[train], f"{name}, fit")
    # Asked of a fitted model: older meta-estimators do not know before which methods they will have.
    kind.check_offered(model.steps[-1][1])
    return predict(kind, model, snapshot.X.iloc[test], f"{name}, predict")

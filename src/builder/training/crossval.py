"""Cross-validates a pipeline on the stored folds: each fold is fitted from scratch and tested on its own rows."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, Optional

import numpy
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import has_fit_parameter

from builder.answers import Answers, kind_of
from builder.data import Snapshot
from builder.training import failures
from container.errors import build_error, recipe_error
from container.progress import Progress


@dataclass(frozen=True)
class OutOfFold:
    """Scores of every fold, and for each row the first fold that tests it and what was answered there."""

    scores: list[dict[str, float]]
    fold: numpy.ndarray
    answers: Answers


def cross_validate(recipe: dict, model: Pipeline, snapshot: Snapshot, progress: Progress) -> OutOfFold:
    """Fit and test a clone of `model` on each fold; the first one tells what it answers with. Raises build errors that
    name the fold and the step, and recipe errors where it cannot be asked what the recipe wants."""
    total = len(snapshot.folds)
    fold = numpy.full(len(snapshot.y), -1, dtype=numpy.int32)
    answers: Optional[Answers] = None
    scores = []
    for number, test in enumerate(snapshot.folds):
        name, own = f"fold {number + 1} of {total}", clone(model)
        fit(own, snapshot, snapshot.train[number], f"{name}, fit")
        if answers is None:
            # Asked of a fitted model: older meta-estimators do not know before which methods they will have.
            answers = kind_of(recipe, own.steps[-1][1]).blank(snapshot)
        tested = predict(type(answers), own, snapshot.X.iloc[test], f"{name}, predict")
        weights = None if snapshot.weights is None else snapshot.weights[test]
        scores.append(tested.scores(snapshot.y[test], snapshot, weights))
        new = fold[test] < 0
        fold[test[new]] = number
        answers.put(test[new], tested.take(new))
        progress.report("fold", number + 1, total)
    assert answers is not None
    return OutOfFold(scores, fold, answers)


def fit_final(model: Pipeline, snapshot: Snapshot) -> None:
    """Fit `model` on all rows that may be learnt from."""
    fit(model, snapshot, slice(None) if snapshot.learn is None else snapshot.learn, "final fit")


def fit(model: Pipeline, snapshot: Snapshot, rows: Any, doing: str) -> None:
    """Fit `model` on some rows, by their weights where they have some; a refusal becomes a build error.

    Raises a recipe error where the model takes no weights.
    """
    weights = _weights(model, snapshot, rows)
    try:
        with warnings.catch_warnings():
            # Older versions refuse it, newer ones warn and keep every column: not what the recipe says.
            warnings.filterwarnings("error", message="k=.* is greater than n_features")
            model.fit(snapshot.X.iloc[rows], snapshot.y[rows], **weights)
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


def _weights(model: Pipeline, snapshot: Snapshot, rows: Any) -> dict[str, Any]:
    """What `fit` takes besides rows and labels. Preprocessing looks at all rows alike."""
    if snapshot.weights is None:
        return {}
    name, estimator = model.steps[-1]
    if not has_fit_parameter(estimator, "sample_weight"):
        raise recipe_error(
            f"pipeline.{name}: {type(estimator).__name__} takes no weights of rows, and the dataset has some",
            f"Choose another {name}, or declare the column of weights ignored",
        )
    return {f"{name}__sample_weight": snapshot.weights[rows]}

"""How good labels with probabilities are, held against the truth: confusion, class balance, calibration, ROC."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from remodel.results.answers.rounding import short

BINS = 10
"""Equal-width bins of the calibration curve and of the expected calibration error."""

ROC_POINTS = 51
"""The true positive rate is reported at that many false positive rates, evenly spaced from 0 to 1."""

Floats = NDArray[np.float64]


def quality(truth: NDArray[np.int32], labels: NDArray[np.int32], probabilities: Floats) -> dict[str, Any]:
    """The part "quality" of a comparison's evidence.

    truth and labels: shape (rows,), positions in the classes; probabilities: shape (rows, classes).
    """
    classes = probabilities.shape[1]
    hits = np.eye(classes)[truth]
    return {
        "confusion": confusion(truth, labels, classes),
        "mean_probability": [short(value) for value in probabilities.mean(axis=0)],
        "brier": short(brier(probabilities, hits)),
        "ece": short(expected_calibration_error(probabilities, hits)),
        "calibration": calibration(probabilities, hits),
        "roc": [short(value) for value in mean_roc(probabilities, hits)],
    }


def confusion(truth: NDArray[np.int32], labels: NDArray[np.int32], classes: int) -> list[list[int]]:
    """Rows by true class (first index) and predicted class (second)."""
    counts = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(counts, (truth, labels), 1)
    return [[int(count) for count in row] for row in counts]


def brier(probabilities: Floats, hits: Floats) -> float:
    """Half the mean squared distance from the truth, summed over the classes: 0 to 1, for two classes Brier's own."""
    return float(((probabilities - hits) ** 2).sum(axis=1).mean() / 2)


def expected_calibration_error(probabilities: Floats, hits: Floats) -> float:
    """Mean |observed - predicted| over the bins of `calibration`, weighted by their counts."""
    bins = calibration(probabilities, hits)
    total = sum(full["count"] for full in bins)
    return float(sum(full["count"] * abs(full["observed"] - full["predicted"]) for full in bins) / total)


def calibration(probabilities: Floats, hits: Floats) -> list[dict[str, Any]]:
    """Mean predicted and observed frequency in each bin that is not empty; every class of every row counts once."""
    predicted, observed = probabilities.ravel(), hits.ravel()
    places = np.minimum((predicted * BINS).astype(int), BINS - 1)
    return [
        {
            "count": int((places == place).sum()),
            "predicted": short(predicted[places == place].mean()),
            "observed": short(observed[places == place].mean()),
        }
        for place in range(BINS)
        if (places == place).any()
    ]


def mean_roc(scores: Floats, hits: Floats) -> Floats:
    """The mean over the classes of each one's ROC curve against the rest, at ROC_POINTS false positive rates."""
    grid = np.linspace(0, 1, ROC_POINTS)
    classes = [_one_roc(scores[:, place], hits[:, place], grid) for place in range(hits.shape[1])]
    # With two classes the second is what is looked for, as in the score.
    return classes[1] if len(classes) == 2 else np.mean(classes, axis=0)


def _one_roc(scores: Floats, hits: Floats, grid: Floats) -> Floats:
    order = np.argsort(-scores, kind="stable")
    last_of_ties = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    right = np.cumsum(hits[order])[last_of_ties]
    wrong = last_of_ties + 1 - right
    true_rate = np.concatenate([[0.0], right / max(right[-1], 1)])
    false_rate = np.concatenate([[0.0], wrong / max(wrong[-1], 1)])
    points: Floats = np.interp(grid, false_rate, true_rate)
    # Where the curve rises straight up, interp takes the upper end; the curve begins at 0.
    points[0] = true_rate[false_rate == 0].max()
    return points

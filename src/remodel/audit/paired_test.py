"""The corrected resampled t-test: do two models differ in a score, measured on the same folds?

The scores of folds are not independent, because their training sets overlap; a plain paired t-test finds differences
that are not there. Nadeau and Bengio, "Inference for the Generalization Error", Machine Learning 52 (2003), give the
correction: the variance of the mean is (1/J + n_test/n_train) times the variance of the differences, for J folds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class PairedTest:
    """Scores on the same folds, new minus old, turned so that more is better.

    `low` and `high` each hold with the confidence asked for. `p_equal`: of no difference, two-sided; `p_worse`: of
    being worse than `region` allows, one-sided.
    """

    difference: float
    low: float
    high: float
    p_equal: float
    p_worse: float
    region: float
    folds: int

    @property
    def not_worse(self) -> bool:
        """Whether the whole interval is above the region of practical equivalence's lower end."""
        return self.low > -self.region or (self.low == self.high == 0.0)


def paired_test(
    new: Sequence[float], old: Sequence[float], test_share: float, region: float, confidence: float
) -> PairedTest:
    """Compare the scores of J folds; `test_share` is the number of test rows over that of training rows.

    Raises ValueError where the folds are not as many, or fewer than two.
    """
    if len(new) != len(old) or len(new) < 2:
        raise ValueError(f"{len(new)} and {len(old)} folds cannot be paired")
    differences = np.subtract(new, old)
    mean, folds = float(differences.mean()), len(new)
    error = math.sqrt((1 / folds + test_share) * float(differences.var(ddof=1)))
    if error == 0:
        worse = 0.0 if mean > -region else 1.0
        return PairedTest(mean, mean, mean, float(mean == 0), worse, region, folds)
    reach = _quantile(confidence, folds - 1) * error
    p_equal = 2 * _below(-abs(mean) / error, folds - 1)
    p_worse = _below(-(mean + region) / error, folds - 1)
    return PairedTest(mean, mean - reach, mean + reach, p_equal, p_worse, region, folds)


def _below(value: float, degrees: int) -> float:
    """The probability that Student's t is below `value`."""
    from scipy.special import stdtr

    return float(stdtr(degrees, value))


def _quantile(probability: float, degrees: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(degrees, probability))

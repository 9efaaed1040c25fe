"""The corrected resampled t-test against the formula of Nadeau and Bengio (2003) and against the plain t-test."""

import math

import pytest
from scipy import stats

from remodel.audit.paired_test import paired_test

NEW, OLD = (0.91, 0.88, 0.93, 0.90, 0.86), (0.90, 0.89, 0.91, 0.90, 0.88)


def test_without_a_correction_it_is_the_paired_t_test():
    expected = stats.ttest_rel(NEW, OLD)
    assert paired_test(NEW, OLD, 0.0, 0.01, 0.95).p_equal == pytest.approx(expected.pvalue)


def test_the_interval_is_that_of_the_paper():
    """The variance of the mean is (1/J + n_test/n_train) s^2; five folds test on a quarter of what they train on."""
    found = paired_test(NEW, OLD, 0.25, 0.01, 0.95)
    differences = [0.01, -0.01, 0.02, 0.0, -0.02]
    spread = math.sqrt((1 / 5 + 1 / 4) * sum(one**2 for one in differences) / 4)
    assert found.difference == pytest.approx(0.0)
    assert found.low == pytest.approx(-stats.t.ppf(0.95, 4) * spread)
    assert found.high == pytest.approx(-found.low)
    assert found.p_worse == pytest.approx(stats.t.sf(0.01 / spread, 4))
    assert found.folds == 5


def test_the_correction_widens_the_interval():
    plain, corrected = (paired_test(NEW, OLD, share, 0.01, 0.95) for share in (0.0, 0.25))
    assert corrected.high / plain.high == pytest.approx(math.sqrt((1 / 5 + 1 / 4) / (1 / 5)))


@pytest.mark.parametrize(("step", "not_worse"), [(0.0, True), (0.02, True), (-0.009, True), (-0.011, False)])
def test_a_difference_without_spread_is_certain(step, not_worse):
    new = [0.5 + step] * 5
    found = paired_test(new, [0.5] * 5, 0.25, 0.01, 0.95)
    assert (found.low, found.high) == (found.difference, found.difference)
    assert found.not_worse is not_worse
    assert found.p_equal == float(step == 0)


def test_equal_scores_are_not_worse_even_where_nothing_is_allowed():
    assert paired_test(OLD, OLD, 0.25, 0.0, 0.95).not_worse


def test_a_small_p_worse_is_what_not_worse_means():
    for step in (-0.02, -0.005, 0.0, 0.01):
        found = paired_test([one + step for one in NEW], OLD, 0.25, 0.02, 0.95)
        assert found.not_worse == (found.p_worse < 0.05)


@pytest.mark.parametrize(("new", "old"), [((0.9,), (0.9,)), ((0.9, 0.8), (0.9, 0.8, 0.7))])
def test_folds_that_cannot_be_paired_are_refused(new, old):
    with pytest.raises(ValueError, match="folds cannot be paired"):
        paired_test(new, old, 0.25, 0.01, 0.95)

"""Warnings are told a line a kind, what a score hangs on first."""

from __future__ import annotations

from remodel.results.warned import warning_lines

EMPTY = "Skipping features without any observed values: ['pressure']. At least one non-missing value is needed."


def test_what_a_score_hangs_on_comes_first() -> None:
    """An optimiser that stopped early, then a column without any value, then all others by how often they came."""
    lines = warning_lines(
        {
            ("FutureWarning", "penalty is going away"): 9,
            ("UserWarning", EMPTY): 2,
            ("ConvergenceWarning", "Maximum iterations (1) reached"): 6,
            ("UserWarning", "something else"): 1,
        }
    )
    assert lines == [
        "ConvergenceWarning, 6 times: Maximum iterations (1) reached",
        f"UserWarning, 2 times: {EMPTY}",
        "FutureWarning, 9 times: penalty is going away",
        "UserWarning, once: something else",
    ]


def test_messages_that_differ_in_their_numbers_are_one_kind() -> None:
    """Each fold counts its own iterations."""
    lines = warning_lines({("ConvergenceWarning", "stopped at 0.1"): 2, ("ConvergenceWarning", "stopped at 0.2"): 3})
    assert lines == ["ConvergenceWarning, 5 times: stopped at 0.1"]


def test_no_warning_is_no_line() -> None:
    assert warning_lines({}) == []

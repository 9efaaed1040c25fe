"""decisions.yaml as two people may leave it."""

from __future__ import annotations

from pathlib import Path

import pytest

from remodel.audit.decisions import NAME, Decision, read_decisions, write_decisions
from remodel.errors import UsageError


def decision(who: str, environment: str = "sklearn-1.9") -> Decision:
    """A decision of somebody."""
    digests = {"model.skops": "0" * 64}
    return Decision(
        model="credit_mlp", environment=environment, reason=f"seen by {who}", by=f"{who} <{who}@x>", on="2026-01-02",
        baseline=digests, artifacts=digests,
    )  # fmt: skip


def test_two_decisions_on_one_model_are_refused(tmp_path: Path) -> None:
    """A merge took both: which of them counts is not for us to say; both are named."""
    write_decisions(tmp_path, [decision("ada"), decision("bob")])
    with pytest.raises(UsageError, match=r"two decisions on credit_mlp@sklearn-1\.9: seen by ada \(ada.*seen by bob"):
        read_decisions(tmp_path)


def test_decisions_in_two_environments_are_two(tmp_path: Path) -> None:
    """Each is about artifacts of its own; none at all are none."""
    assert read_decisions(tmp_path) == ()
    both = [decision("ada", "sklearn-1.8"), decision("bob")]
    write_decisions(tmp_path, both)
    assert read_decisions(tmp_path) == tuple(both)
    (tmp_path / NAME).write_text("")
    assert read_decisions(tmp_path) == ()

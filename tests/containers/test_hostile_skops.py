"""Hostile .skops files: each is refused in one line before anything in it is made."""

from __future__ import annotations

import pytest

from tests.containers.hostile.inside import outcomes
from tests.containers.hostile.skops_attacks import ATTACKS

ENVIRONMENTS = ("sklearn-0.24", "sklearn-1.9")
"""The oldest and the newest skops, numpy and Python."""


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_honest_file_is_loaded(environment: str) -> None:
    """What is refused below is refused for what it holds."""
    assert outcomes("run_skops.py", environment)["good"]["code"] == 0


@pytest.mark.attack("files")
@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("name", ATTACKS)
def test_a_hostile_skops_file_is_refused(name: str, environment: str) -> None:
    """A model.skops runs nothing, opens nothing, burns neither time nor memory: its user gets one line."""
    outcome = outcomes("run_skops.py", environment)[name]
    assert outcome["code"] == 3, outcome
    assert ATTACKS[name].why in outcome["said"] and "\n" not in outcome["said"]
    assert not outcome["planted"]

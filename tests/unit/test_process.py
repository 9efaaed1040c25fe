"""Programs side by side: the first that fails ends the others, and those that wait never start."""

from __future__ import annotations

from pathlib import Path

import pytest

from remodel import process
from remodel.errors import EngineError


def test_results_come_in_the_order_of_the_items() -> None:
    """Whichever ends first."""
    said = process.side_by_side(lambda word: process.run(["echo", word]).output, ["one", "two", "three"], 2)
    assert said == ["one", "two", "three"]


def test_one_that_fails_ends_the_others(tmp_path: Path) -> None:
    """It does not wait ten minutes for the one that sleeps, nor for those that are never started."""

    def call(name: str) -> None:
        if name == "fails":
            raise EngineError("planted")
        (tmp_path / name).touch()
        process.run(["sleep", "600"])

    with pytest.raises(EngineError, match="planted"):
        process.side_by_side(call, ["fails", "sleeps", "waits", "waits too"], 2)
    assert {path.name for path in tmp_path.iterdir()} <= {"sleeps", "waits"}

"""A release that somebody without a key has changed: who checks it is told in one line, with exit code 8."""

from __future__ import annotations

from pathlib import Path

import pytest

from remodel.checkout import Checkout
from tests.unit.release import assembled
from tests.unit.release.attacking import Receiver, check_attack, receiver
from tests.unit.release.attacks import ATTACKS, Attack
from tests.unit.release.keys import Keys

__all__ = ["receiver"]


@pytest.fixture(scope="session")
def old(built: Checkout, keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The layout of an older version of the same models."""
    folder = tmp_path_factory.mktemp("old")
    return assembled.released(assembled.assembly(built, "1.3.0"), keys.private, folder, folder / "layout")


@pytest.mark.attack("releases")
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attacks(attack: Attack, released: Path, old: Path, keys: Keys, tmp_path: Path, receiver: Receiver) -> None:
    """Whatever was done to a release on its way, nothing of it is taken, and no other file is opened."""
    check_attack(attack, released, old, keys, tmp_path, receiver)

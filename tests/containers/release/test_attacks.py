"""Attacks on releases that `remodel release publish` has made, of models that were built in containers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from tests.containers.cli.project import Project
from tests.containers.release.conftest import MODELS, Remodel, release
from tests.unit.release.attacking import Receiver, assert_told, check_attack, receiver
from tests.unit.release.attacks import ATTACKS, Attack
from tests.unit.release.keys import Keys

__all__ = ["receiver"]


@pytest.fixture(scope="session")
def old(fresh: Project, keys: Keys, shared: Path) -> Path:
    """The layout of version 1.3.0 of the same project."""
    layout = shared / "old release" / "layout"
    with FileLock(shared / "old release.lock"):
        if not layout.exists():
            fresh.run("remodel", *release(shared / "unfinished old" / "layout", keys, version="1.3.0")).done()
            (shared / "unfinished old").rename(shared / "old release")
    return layout


@pytest.mark.attack("releases")
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attacks(attack: Attack, released: Path, old: Path, keys: Keys, tmp_path: Path, receiver: Receiver) -> None:
    """Whatever was done to a release on its way, nothing of it is taken, and no other file is opened."""
    check_attack(attack, released, old, keys, tmp_path, receiver)


def test_at_least(released: Path, old: Path, keys: Keys, tmp_path: Path, receiver: Receiver, remodel: Remodel) -> None:
    """A release that is new enough is checked to its end; an older one is refused before anything of it is fetched."""
    asked = ("--key", keys.public, "--at-least", "1.4.0")
    assert_told(receiver(old, *asked), "has 1.3.0 there, which is older than 1.4.0")
    shutil.copytree(released, tmp_path / "layout")
    ended = remodel(tmp_path / "here", "release", "verify", tmp_path / "layout", *asked)
    ended.done()
    assert ended.out.endswith(f"1.4.0 is what it says: {', '.join(MODELS)}\n")

"""`release verify --at-least`: an older release in the place of a new one is refused, however well it is signed."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.release.contents.identity import precedence, read_version
from tests.unit.release import assembled
from tests.unit.release.attacking import Receiver, assert_told, receiver
from tests.unit.release.keys import Keys

__all__ = ["receiver"]

IN_ORDER = (
    "0.9.10",
    "1.0.0-1",
    "1.0.0-2",
    "1.0.0-10",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-alpha-2.b3",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "1.0.1",
    "1.2.0",
    "1.10.0-rc.1",
    "1.10.0",
    "2.0.0",
    "10.0.0",
)
"""https://semver.org, 11, with more of it."""


def test_the_order_of_versions() -> None:
    """Is that of semantic versioning: by numbers, release candidates before their release."""
    for first, second in itertools.pairwise(IN_ORDER):
        assert precedence(read_version(first)) < precedence(read_version(second)), (first, second)
        assert not precedence(second) < precedence(first)


@pytest.fixture(scope="module")
def old(built: Checkout, keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An older release, signed by the same publisher."""
    folder = tmp_path_factory.mktemp("old")
    return assembled.released(assembled.assembly(built, "1.3.0"), keys.private, folder, folder / "layout")


@pytest.mark.attack("releases")
@pytest.mark.parametrize("least", ["1.3.1-rc.1", "1.3.1", "1.4.0-rc.1", "1.10.0", "2.0.0"])
def test_an_old_release_in_the_place_of_a_new_one(
    old: Path, keys: Keys, tmp_path: Path, receiver: Receiver, least: str
) -> None:
    """Who asks for a version at least is told of an older release, wherever it stands and however it is named."""
    shutil.copytree(old, tmp_path / "layout")
    for reference in (tmp_path / "layout", f"{tmp_path / 'layout'}:1.3.0"):
        answer = receiver(reference, "--key", keys.public, "--at-least", least)
        assert_told(answer, f"{tmp_path / 'layout'} has 1.3.0 there, which is older than {least}")
        assert answer.out == ""


def test_a_release_that_is_new_enough(old: Path, keys: Keys, receiver: Receiver) -> None:
    """Is checked as ever; what is no version is refused with what to write."""
    for least in ("1.3.0", "1.3.0-rc.7", "1.2.9", "0.0.0"):
        answer = receiver(old, "no_such_model", "--key", keys.public, "--at-least", least)
        assert (answer.code, "unknown model 'no_such_model'" in answer.err) == (2, True)
    for least in ("", "v1.3.0", "1.3", "latest", "1.3.0\n", "\u0661.0.0"):
        answer = receiver(old, "--key", keys.public, "--at-least", least)
        assert (answer.code, "is not a version" in answer.err, answer.err.count("\n")) == (2, True, 1)

"""One order of versions, and of names with versions in them."""

from __future__ import annotations

import random

import pytest

from remodel.checkout import Checkout
from remodel.environments.lockfile import LOCK_NAME, read_pins
from remodel.versions import minor, sort_by_version, version_key


@pytest.mark.parametrize(
    "ordered",
    [
        ["sklearn-0.24", "sklearn-1.0", "sklearn-1.9", "sklearn-1.10"],
        ["0.24.2", "1.5.2rc1", "1.5.2", "1.5.2.post1", "1.10.0"],
        ["control", "mine", "sklearn-1.9", "sklearn-1.9-mkl", "sklearn-1.10", "xgb"],
        ["py3.9-sklearn-1.9", "py3.9-sklearn-1.10", "py3.10-sklearn-1.9"],
        ["", "-", "A", "a", "a2", "a..2", "ä", "1", "1.0"],
        ["newest", "newest9", "newest10", "newest10+cuda", "٣"],
    ],
)
def test_any_order_of_names_becomes_the_one(ordered: list[str]) -> None:
    """Versions as versions; names that are none, and versions that are equal but for their spelling, as text."""
    for seed in range(20):
        assert sort_by_version(random.Random(seed).sample(ordered, len(ordered))) == ordered


def test_each_name_comes_once() -> None:
    """The order has no repetitions."""
    names = ["sklearn-1.10", "sklearn-1.9", "sklearn-0.24", "control", "sklearn-1.9"]
    assert sort_by_version(names) == ["control", "sklearn-0.24", "sklearn-1.9", "sklearn-1.10"]


def test_the_key_sorts_alone() -> None:
    """As numbers, not as text."""
    names = ["sklearn-1.10", "sklearn-0.24", "sklearn-1.9"]
    assert sorted(names, key=version_key) == ["sklearn-0.24", "sklearn-1.9", "sklearn-1.10"]


def test_the_newest_that_is_not_newer_can_be_asked_for() -> None:
    """Keys compare as versions do."""
    assert version_key("1.9.1") <= version_key("1.9.1") < version_key("1.10.0")


def test_the_minor_version_is_the_first_two_numbers() -> None:
    """1.10 is not 1.1."""
    assert (minor("1.10.2"), minor("0.24.2.post1"), minor("1.5")) == ("1.10", "0.24", "1.5")


def test_the_control_image_has_what_sorts_and_what_fills_templates(checkout: Checkout) -> None:
    """The stage `compare` runs there, with the lock's main category alone."""
    names = {pin.name for pin in read_pins(checkout.root / LOCK_NAME, categories=["main"])}
    assert {"packaging", "jinja2"} <= names

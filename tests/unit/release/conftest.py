"""A release that no container was needed for, and the keys that it is signed and checked with."""

from __future__ import annotations

from pathlib import Path

import pytest

from remodel.checkout import Checkout
from tests.unit.release import assembled
from tests.unit.release.keys import Keys, make_keys


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """The publisher's, and others."""
    return make_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="session")
def built(checkout: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout whose two models are packaged. Do not change it."""
    return assembled.built(checkout, tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="session")
def released(built: Checkout, keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The layout of version 1.4.0 of both models. Do not change it: copy it."""
    folder = tmp_path_factory.mktemp("released")
    return assembled.released(assembled.assembly(built), keys.private, folder, folder / "layout")

"""The builder's own tests, run inside every locked environment: real old Pythons and real old scikit-learns."""

from __future__ import annotations

from pathlib import Path

import pytest

from remodel.checkout import Checkout
from tests.containers.in_container import ENVIRONMENTS, run_inside


@pytest.mark.slow
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_builder_passes_its_tests_in(checkout: Checkout, name: str, tmp_path: Path) -> None:
    """tests/containers/inside passes in the locked container, on the environment's own Python and scikit-learn."""
    run_inside(
        checkout,
        name,
        tmp_path,
        "/tests/inside",
        "/tests/contract/test_contract.py",
        "--ignore=/tests/inside/builder/exact",
    )

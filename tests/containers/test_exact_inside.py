"""The exact exporter's own tests, run inside every locked environment; a file of its own, to run beside the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from remodel.checkout import Checkout
from tests.containers.in_container import ENVIRONMENTS, run_inside


@pytest.mark.slow
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_exporter_is_exact_in(checkout: Checkout, name: str, tmp_path: Path) -> None:
    """Every estimator that is exported answers as scikit-learn of this environment does, on adversarial rows too."""
    run_inside(checkout, name, tmp_path, "/tests/inside/builder/exact")

"""The builder's own tests, run inside every locked environment: real old Pythons and real old scikit-learns."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.inside import ENVIRONMENTS, run_inside

from remodel.workspace import Workspace


@pytest.mark.slow
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_builder_passes_its_tests_in(checkout: Workspace, name: str, tmp_path: Path) -> None:
    """tests/builder passes in the locked container, on the environment's own Python and scikit-learn."""
    run_inside(checkout, name, tmp_path, "/tests/builder", "--ignore=/tests/builder/exact")

"""The exact exporter's own tests, run inside every locked environment; a file of its own, to run beside the others."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.inside import ENVIRONMENTS, run_inside

from remodel.workspace import Workspace


@pytest.mark.slow
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_exporter_is_exact_in(checkout: Workspace, name: str, tmp_path: Path) -> None:
    """Every estimator that is exported answers as scikit-learn of this environment does, on adversarial rows too."""
    run_inside(checkout, name, tmp_path, "/tests/builder/exact")

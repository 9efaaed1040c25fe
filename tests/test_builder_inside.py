"""The builder's own tests, run inside every locked environment: real old Pythons and real old scikit-learns."""

from __future__ import annotations

from pathlib import Path

import pytest

from remodel.builds import BUILDER
from remodel.engines import choose_engine
from remodel.engines.engine import Job, Mount
from remodel.environments import find_environment
from remodel.files import write_json
from remodel.jobs import source_mounts
from remodel.params import read_params
from remodel.trust import trust_document
from remodel.workspace import Workspace, find_workspace

ENVIRONMENTS = read_params(find_workspace(Path(__file__).parent)).environments


@pytest.mark.slow
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_builder_passes_its_tests_in(checkout: Workspace, name: str, tmp_path: Path) -> None:
    """tests/builder passes in the locked container, on the environment's own Python and scikit-learn."""
    engine, environment = choose_engine(), find_environment(checkout, name)
    engine.prepare(environment, print)
    tests, trust = checkout.root / "tests", tmp_path / "trust.json"
    write_json(trust, trust_document(checkout))
    job = Job(
        environment=environment,
        argv=(
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-c",
            "/dev/null",
            "--rootdir",
            "/tests",
            "/tests/builder",
        ),
        mounts=(
            *source_mounts(checkout, BUILDER),
            Mount(tests / "builder", "/tests/builder"),
            Mount(tests / "contract", "/tests/contract"),
            Mount(trust, "/tests/trust.json"),
        ),
        name=f"tests-{name}",
    )
    lines: list[str] = []
    code = engine.run(job, lines.append)
    print("\n".join(lines))
    assert code == 0, "\n".join(lines[-60:])
    assert " passed" in lines[-1]

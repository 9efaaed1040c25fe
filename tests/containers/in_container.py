"""Runs tests of the builder inside a locked environment."""

from __future__ import annotations

from pathlib import Path

from remodel.builds.call import BENCH, SNAPSHOTS, source_mounts
from remodel.builds.trust import trust_document
from remodel.checkout import Checkout, find_checkout
from remodel.engines import choose_engine
from remodel.engines.engine import Job, Mount
from remodel.environments.environment import find_environment
from remodel.files import write_json
from remodel.recipes.params import read_params

ENVIRONMENTS = read_params(find_checkout(Path(__file__).parent)).environments

PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", "/tests")
CONFINED = "--confcutdir=/tests/inside"


def run_inside(checkout: Checkout, name: str, scratch: Path, *words: str) -> None:
    """Run pytest with these words in the environment `name`; AssertionError with its last lines where a test fails."""
    engine, environment = choose_engine(), find_environment(checkout, name)
    engine.prepare(environment, print)
    tests, trust = checkout.root / "tests", scratch / "trust.json"
    write_json(trust, trust_document(checkout))
    job = Job(
        environment=environment,
        argv=(*PYTEST, CONFINED, *words),
        mounts=(
            *source_mounts(checkout, sorted({*BENCH.packages, *SNAPSHOTS.packages})),
            Mount(tests / "containers" / "inside", "/tests/inside"),
            Mount(tests / "unit" / "contract", "/tests/contract"),
            Mount(trust, "/tests/trust.json"),
        ),
        name=f"tests-{name}",
    )
    lines: list[str] = []
    code = engine.run(job, lines.append)
    assert code == 0, "\n".join(lines[-60:])
    assert " passed" in lines[-1]

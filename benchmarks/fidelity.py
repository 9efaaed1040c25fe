"""How far ONNX files are from scikit-learn, ours and skl2onnx's, by estimator and version: docs/fidelity.md.

    python benchmarks/fidelity.py [ENVIRONMENT ...]     (none: every environment)
    python benchmarks/fidelity.py --page                only write the page again, from benchmarks/fidelity.json

Each environment's figures are stored as soon as they are there: a run that was interrupted can name the others.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from fidelity_page import page

from remodel.builds.call import BENCH, source_mounts
from remodel.builds.job import scratch_folder
from remodel.checkout import Checkout, find_checkout
from remodel.engines import choose_engine
from remodel.engines.engine import Job, Mount
from remodel.environments.environment import environment_names, find_environment
from remodel.files import read_json, write_bytes, write_json

HERE = Path(__file__).resolve().parent
STORED = HERE / "fidelity.json"
TABULAR = HERE.parent / "tests" / "containers" / "inside" / "builder" / "exact" / "tabular.py"


def main(names: list[str]) -> None:
    """Measure in the named environments and write the figures and the page."""
    checkout = find_checkout(HERE)
    figures: dict[str, Any] = read_json(STORED) if STORED.is_file() else {}
    for name in [] if "--page" in names else names or environment_names(checkout):
        figures[name] = measured(checkout, name)
        write_json(STORED, figures)
    write_bytes(checkout.root / "docs" / "fidelity.md", page(figures).encode())


def measured(checkout: Checkout, name: str) -> dict[str, Any]:
    """The figures of one environment."""
    engine, environment = choose_engine(), find_environment(checkout, name)
    engine.prepare(environment, print)
    with scratch_folder(checkout) as scratch:
        out = scratch / "out"
        out.mkdir()
        job = Job(
            environment=environment,
            argv=("/bench/fidelity_inside.py", "/out"),
            mounts=(
                *source_mounts(checkout, BENCH.packages),
                Mount(HERE / "fidelity_inside.py", "/bench/fidelity_inside.py"),
                Mount(TABULAR, "/bench/tabular.py"),
                Mount(out, "/out", writable=True),
            ),
            name=f"fidelity-{name}",
        )
        code = engine.run(job, lambda line: print(f"{name}: {line}", flush=True))
        if code != 0:
            raise SystemExit(f"{name}: exit code {code}")
        document: dict[str, Any] = read_json(out / "fidelity.json")
        return document


if __name__ == "__main__":
    main(sys.argv[1:])

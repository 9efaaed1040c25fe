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

from remodel.builds import BUILDER
from remodel.engines import choose_engine
from remodel.engines.engine import Job, Mount
from remodel.environments import all_environments, find_environment
from remodel.files import read_json, write_bytes, write_json
from remodel.jobs import scratch_folder, source_mounts
from remodel.workspace import Workspace, find_workspace

HERE = Path(__file__).resolve().parent
STORED = HERE / "fidelity.json"


def main(names: list[str]) -> None:
    """Measure in the named environments and write the figures and the page."""
    workspace = find_workspace(HERE)
    found: dict[str, Any] = read_json(STORED) if STORED.is_file() else {}
    for name in [] if "--page" in names else names or [one.name for one in all_environments(workspace)]:
        found[name] = measured(workspace, name)
        write_json(STORED, found)
    write_bytes(workspace.root / "docs" / "fidelity.md", page(found).encode())


def measured(workspace: Workspace, name: str) -> dict[str, Any]:
    """The figures of one environment."""
    engine, environment = choose_engine(), find_environment(workspace, name)
    engine.prepare(environment, print)
    with scratch_folder(workspace) as scratch:
        out = scratch / "out"
        out.mkdir()
        job = Job(
            environment=environment,
            argv=("/bench/fidelity_inside.py", "/out"),
            mounts=(
                *source_mounts(workspace, BUILDER),
                Mount(HERE / "fidelity_inside.py", "/bench/fidelity_inside.py"),
                Mount(workspace.root / "tests" / "builder" / "exact" / "tabular.py", "/bench/tabular.py"),
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

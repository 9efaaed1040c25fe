"""`remodel measure`: load time, latency and memory of built models, with skops and ONNX Runtime, in containers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from remodel.builds import BUILDER
from remodel.endings import read_status
from remodel.engines.engine import Engine, Mount
from remodel.environments import find_environment
from remodel.files import read_json, write_json
from remodel.jobs import Task, run_task, scratch_folder, source_mounts
from remodel.trust import trust_document
from remodel.workspace import Workspace

RUNTIMES = {"skops": "model.skops", "onnx": "model.onnx"}
"""What runs a model, and the file that it needs."""


def measure(workspace: Workspace, engine: Engine, model: str, environment_name: str) -> dict[str, Any]:
    """Measure one model with every runtime that can run it; kept in `.remodel/measurements/`."""
    folder = workspace.models / model / environment_name
    found = {}
    if read_status(folder) is None:
        recipe = read_json(folder / "manifest.json")["source"]["recipe"]
        for runtime, file in RUNTIMES.items():
            if (folder / file).is_file():
                found[runtime] = _run(workspace, engine, folder, runtime, recipe)
    write_json(workspace.state / "measurements" / f"{model}@{environment_name}.json", found)
    return found


def _run(workspace: Workspace, engine: Engine, folder: Path, runtime: str, recipe: dict[str, Any]) -> Any:
    environment = find_environment(workspace, folder.name)
    with scratch_folder(workspace) as scratch:
        write_json(scratch / "trust.json", trust_document(workspace))
        task = Task(
            name=f"measure-{recipe['model']}@{environment.name}-{runtime}",
            environment=environment,
            argv=(
                *("-m", "builder", "measure", "--runtime", runtime),
                *("--model", "/in/model", "--snapshot", "/snapshot", "--trust", "/in/trust.json", "--out", "/out"),
            ),
            inputs=(
                Mount(folder, "/in/model"),
                Mount(scratch / "trust.json", "/in/trust.json"),
                Mount(workspace.data / recipe["choices"]["dataset"], "/snapshot"),
                *source_mounts(workspace, BUILDER),
            ),
            threads=recipe["threads"],
        )
        return read_json(run_task(workspace, engine, task, scratch) / "measurement.json")


def described(runtime: str, found: dict[str, Any]) -> str:
    """One line for a person."""
    size = f", pickle {found['pickle_size'] / 1000:,.1f} kB" if "pickle_size" in found else ""
    return (
        f"{runtime}: load {found['load_seconds'] * 1000:.1f} ms "
        f"(first {found['first_load_seconds'] * 1000:.0f} ms), one row {found['one_row_seconds'] * 1000:.2f} ms, "
        f"{found['rows']} rows {found['all_rows_seconds'] * 1000:.1f} ms, "
        f"memory +{found['peak_memory_added'] / 1e6:.1f} MB{size}"
    )

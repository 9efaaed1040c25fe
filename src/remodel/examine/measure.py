"""`remodel measure`: load time, latency and memory of built models, with skops and ONNX Runtime, in containers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from remodel.builds.call import BENCH, call, make_job
from remodel.builds.job import run_job, scratch_folder
from remodel.builds.trust import trust_document
from remodel.checkout import Checkout
from remodel.engines.engine import Engine
from remodel.environments.environment import find_environment
from remodel.files import read_json, write_json
from remodel.results.endings import read_status
from remodel.results.manifest import read_manifest
from remodel.results.recipe import Recipe

RUNTIMES = {"skops": "model.skops", "onnx": "model.onnx"}
"""What runs a model, and the file that it needs."""


def measure(checkout: Checkout, engine: Engine, model: str, environment_name: str) -> dict[str, Any]:
    """Measure one model with every runtime that can run it; kept in `.remodel/measurements/`."""
    folder = checkout.models / model / environment_name
    found = {}
    if read_status(folder) is None:
        recipe = read_manifest(folder / "manifest.json").recipe
        for runtime, file in RUNTIMES.items():
            if (folder / file).is_file():
                found[runtime] = _run(checkout, engine, folder, runtime, recipe)
    write_json(checkout.state / "measurements" / f"{model}@{environment_name}.json", found)
    return found


def _run(checkout: Checkout, engine: Engine, folder: Path, runtime: str, recipe: Recipe) -> Any:
    environment = find_environment(checkout, folder.name)
    with scratch_folder(checkout) as scratch:
        paths = {"model": folder, "snapshot": checkout.data / recipe.dataset}
        called = call(BENCH, "measure", {"trust": trust_document(checkout)}, paths, {"runtime": runtime})
        name = f"measure-{recipe.model}@{environment.name}-{runtime}"
        job = make_job(checkout, environment, called, scratch, name, threads=recipe.threads)
        return read_json(run_job(checkout, engine, job, scratch) / "measurement.json")


def described(runtime: str, found: dict[str, Any]) -> str:
    """One line for a person."""
    size = f", pickle {found['pickle_size'] / 1000:,.1f} kB" if "pickle_size" in found else ""
    return (
        f"{runtime}: load {found['load_seconds'] * 1000:.1f} ms "
        f"(first {found['first_load_seconds'] * 1000:.0f} ms), one row {found['one_row_seconds'] * 1000:.2f} ms, "
        f"{found['rows']} rows {found['all_rows_seconds'] * 1000:.1f} ms, "
        f"memory +{found['peak_memory_added'] / 1e6:.1f} MB{size}"
    )

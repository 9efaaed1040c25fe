"""`remodel model measure`: load time, latency and memory of built models with skops and ONNX Runtime."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from remodel.builds.call import BENCH, call, make_job
from remodel.builds.job import run_job, scratch_folder
from remodel.builds.trust import trust_document
from remodel.checkout import Checkout
from remodel.engines.engine import Engine
from remodel.environments.environment import Environment, find_environment
from remodel.files import read_json, write_json
from remodel.results.documents import MissingResult
from remodel.results.endings import NotBuilt, read_status
from remodel.results.manifest import Manifest
from remodel.results.standing import read_standing
from remodel.results.target import Target
from remodel.takeover.expected import Files

RUNTIMES = {"skops": "model.skops", "onnx": "model.onnx"}
"""What runs a model, and the file that it needs."""


def measure(checkout: Checkout, engine: Engine, target: Target) -> dict[str, Any]:
    """Measure one model with every runtime that has a file of it; kept in `.remodel/measurements/`.

    Raises MissingResult where it was never built, NotBuilt where it failed or is retired, StorageError where its files
    or its recipe are others since, and as a build does.
    """
    folder = checkout.models / target.model / target.environment
    if not folder.is_dir():
        raise MissingResult(target.model, target.environment)
    if (ending := read_status(folder)) is not None:
        raise NotBuilt(target, ending)
    environment = find_environment(checkout, target.environment)
    engine.prepare(environment, lambda line: print(line, file=sys.stderr))
    manifest = read_standing(checkout, target)
    runtimes = [runtime for runtime, file in RUNTIMES.items() if file in manifest.artifacts]
    measured = {runtime: _run(checkout, engine, environment, folder, manifest, runtime) for runtime in runtimes}
    stands_on = {"recipe": manifest.recipe_sha256, "artifacts": manifest.models}
    write_json(checkout.state / "measurements" / f"{target}.json", {"stands_on": stands_on, **measured})
    return measured


def _run(
    checkout: Checkout, engine: Engine, environment: Environment, folder: Path, manifest: Manifest, runtime: str
) -> Any:
    recipe = manifest.recipe
    with scratch_folder(checkout) as scratch:
        paths = {"model": folder, "snapshot": checkout.data / recipe.dataset}
        called = call(BENCH, "measure", {"trust": trust_document(checkout)}, paths, {"runtime": runtime})
        name = f"measure-{Target(manifest.model, environment.name)}-{runtime}"
        job = make_job(checkout, environment, called, scratch, name, threads=recipe.threads)
        out = run_job(checkout, engine, job, scratch, Files({"measurement.json": "measurement"}))
        return read_json(out / "measurement.json")


def described(runtime: str, measured: dict[str, Any]) -> str:
    """One line for a person."""
    size = f", pickle {measured['pickle_size'] / 1000:,.1f} kB" if "pickle_size" in measured else ""
    return (
        f"{runtime}: load {measured['load_seconds'] * 1000:.1f} ms "
        f"(first {measured['first_load_seconds'] * 1000:.0f} ms), one row {measured['one_row_seconds'] * 1000:.2f} ms, "
        f"{measured['rows']} rows {measured['all_rows_seconds'] * 1000:.1f} ms, "
        f"memory +{measured['peak_memory_added'] / 1e6:.1f} MB{size}"
    )

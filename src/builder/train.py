"""The one way to build a model: from a recipe, a snapshot and an environment to a folder of artifacts."""

from __future__ import annotations

import time
from pathlib import Path

from container import cpu, documents, record
from container.progress import Progress
from contract import files


def build(
    recipe_path: Path, snapshot: Path, environment_path: Path, trust_path: Path, out: Path, progress: Progress
) -> None:
    """Build one model into `out`. Raises BuilderError where the recipe, the data or the environment is at fault."""
    recipe = documents.read("recipe", recipe_path, "recipe")
    environment = documents.read("environment", environment_path, "build")
    trusted = documents.read("trust", trust_path, "build")["types"]
    cpu.check()
    cpu.pin(recipe["threads"])
    started = time.perf_counter()
    from builder import make_model, manifest

    progress.seconds["import"] = time.perf_counter() - started
    manifest.check_interpreter(environment)
    built = make_model.run(recipe, environment, snapshot, trusted, progress)
    with progress.phase("write"):
        for name, content in built.artifacts.items():
            files.write_bytes(out / name, content)
    record.write(out, progress, onnx=built.onnx_facts)

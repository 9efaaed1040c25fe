"""Builds many recipes in one container: what is imported once serves every child, and no child sees another's state."""

from __future__ import annotations

import os
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path

from builder import train
from container import cpu, documents, guard
from container.errors import build_error
from container.progress import Progress


@dataclass(frozen=True)
class Shared:
    """What all builds of a batch are told: the folder of snapshots by dataset, the environment, the trusted types."""

    snapshots: Path
    environment: Path
    trust: Path


def build_all(recipes: Path, shared: Shared, out: Path, progress: Progress) -> None:
    """Build each recipe of a folder into the folder of its name; what cannot be built has an error.json there."""
    documents.read("environment", shared.environment, "build")
    cpu.check()
    cpu.pin(threads=1)
    # Imported before the first child, which costs more than most builds.
    from builder import make_model  # noqa: F401

    paths = sorted(recipes.glob("*.json"))
    for done, path in enumerate(paths):
        progress.report(path.stem, done, len(paths))
        _build_apart(path, shared, out / path.stem)
    progress.report("done", len(paths), len(paths))


def _build_apart(recipe: Path, shared: Shared, out: Path) -> None:
    """In a child process, as a build of its own would be."""
    out.mkdir()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os._exit(_build(recipe, shared, out))
    status = os.waitpid(child, 0)[1]
    if not (out / "result.json").is_file() and not (out / "error.json").is_file():
        guard.fail(out, build_error(f"the build crashed: wait status {status}", "Its traceback is in the log"))


def _build(recipe: Path, shared: Shared, out: Path) -> int:
    try:
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            dataset = documents.read("recipe", recipe, "recipe")["choices"]["dataset"]
            snapshot, progress = shared.snapshots / dataset, Progress(nowhere)
            return guard.guarded(
                out, lambda: train.build(recipe, snapshot, shared.environment, shared.trust, out, progress)
            )
    except BaseException:
        traceback.print_exc()
        return 1

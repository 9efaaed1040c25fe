"""Asks models their examples in the locked container of their environment; the host has no ONNX Runtime of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from remodel.engines.engine import Engine, Mount
from remodel.environments import Environment
from remodel.files import read_json
from remodel.jobs import Task, run_task, scratch_folder, source_mounts
from remodel.workspace import Workspace

RECEIVER = ("receiver", "builder", "contract")
"""The packages of src/ that the container sees."""


def ask(workspace: Workspace, source: Workspace, engine: Engine, environment: Environment, models: Path) -> Any:
    """What every model in the folder `models` answers to its example, by model and runtime.

    `workspace` gets the log, `source` has the packages. Raises BuildError where a model cannot be loaded, holds a type
    that its trust.json does not list, or does not answer.
    """
    task = Task(
        name=f"answers@{environment.name}",
        environment=environment,
        argv=("-m", "receiver", "--models", "/models", "--out", "/out"),
        inputs=(Mount(models, "/models"), *source_mounts(source, RECEIVER)),
    )
    # The container's user is another one, whatever the umask was when these were written.
    for path in (models, *models.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    with scratch_folder(workspace) as scratch:
        return read_json(run_task(workspace, engine, task, scratch) / "answers.json")

"""Asks models their examples in the locked container of their environment; the host has no ONNX Runtime of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from remodel.builds.call import BENCH, call, make_job
from remodel.builds.job import run_job, scratch_folder
from remodel.checkout import Checkout
from remodel.engines.engine import Engine
from remodel.environments.environment import Environment
from remodel.errors import BuildError
from remodel.files import read_json
from remodel.lines import one_line
from remodel.takeover.expected import Files


def ask_examples(checkout: Checkout, source: Checkout, engine: Engine, environment: Environment, models: Path) -> Any:
    """What every model in the folder `models` answers to its example, by model and runtime.

    `checkout` gets the log, `source` has the packages. Raises BuildError where a model cannot be loaded, holds a type
    that its trust.json does not list, or does not answer.
    """
    # The container's user is another one, whatever the umask was when these were written.
    for path in (models, *models.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    with scratch_folder(checkout) as scratch:
        called = call(BENCH, "examples", paths={"models": models})
        job = make_job(source, environment, called, scratch, f"answers@{environment.name}")
        out = run_job(checkout, engine, job, scratch, Files({"answers.json": "answers"}))
        answers = read_json(out / "answers.json")
    if answers.keys() != (names := {path.name for path in models.iterdir()}):
        wrong = one_line(sorted(answers.keys() ^ names)[0], 100)
        raise BuildError(
            f"{job.name} answers for other models than it was asked: {wrong}", "Do not load what it answers for"
        )
    return answers

"""The images of several environments, made side by side where they are missing."""

from __future__ import annotations

from collections.abc import Sequence

from remodel import process
from remodel.display.reporter import Reporter
from remodel.engines.engine import Engine
from remodel.environments.environment import Environment

WORKERS = 2
"""Images made at once: one is as a rule waiting for the disk while the other computes."""


def prepare_all(engine: Engine, environments: Sequence[Environment], reporter: Reporter) -> None:
    """Make the image of every environment that has none, two at a time."""
    missing = [environment for environment in environments if engine.image_of(environment) is None]
    if not missing:
        return
    phase = reporter.phase(f"images for {engine.name}", total=len(missing))

    def prepare(environment: Environment) -> None:
        engine.prepare(environment, lambda line: reporter.note(line, about=environment.name))
        phase.advance()

    process.side_by_side(prepare, missing, WORKERS)
    phase.finish(f"{len(missing)} built")

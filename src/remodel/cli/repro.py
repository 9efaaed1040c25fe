"""`remodel repro`: engine, wheels, images, then a rebuild of everything, and a table at the end."""

from __future__ import annotations

import time
from collections.abc import Sequence

from remodel import pipeline, process
from remodel.display import Display
from remodel.engines import choose_engine
from remodel.engines.engine import Engine
from remodel.environments import Environment, control_environment, find_environment
from remodel.files import write_json
from remodel.params import Params, read_params
from remodel.rebuild.command import Options, rebuild
from remodel.rebuild.view import Shown
from remodel.workspace import Workspace

WORKERS = 2
"""Images made at once: one is as a rule waiting for the disk while the other computes."""


def repro(workspace: Workspace, display: Display, engine_name: str | None = None) -> dict[str, float]:
    """Make everything that is missing, then run the pipeline. Returns the seconds of each phase."""
    params = read_params(workspace)
    environments = needed_environments(workspace, params)
    seconds: dict[str, float] = {}
    for path in pipeline.remove_stale(workspace, params):
        display.note(f"removed {path}: params.yaml no longer lists it")
    engine = choose_engine(engine_name)
    started = time.monotonic()
    prepare_all(engine, environments, display)

    def skip(engine: Engine, environments: Sequence[Environment]) -> None:
        """The images are there."""

    seconds["images"] = time.monotonic() - started
    started = time.monotonic()
    rebuild(workspace, Options(keep_going=True, engine=engine.name), Shown(display), skip)
    seconds["stages"] = time.monotonic() - started
    write_json(workspace.state / "phases.json", seconds)
    return seconds


def needed_environments(workspace: Workspace, params: Params) -> list[Environment]:
    """The environments that the pipeline runs in, the control environment first."""
    names = dict.fromkeys([params.snapshot_environment, *params.environments])
    return [control_environment(workspace), *(find_environment(workspace, name) for name in names)]


def prepare_all(engine: Engine, environments: Sequence[Environment], display: Display) -> None:
    """Make the image of every environment that has none, two at a time."""
    missing = [environment for environment in environments if engine.image_of(environment) is None]
    if not missing:
        return
    phase = display.phase(f"images for {engine.name}", total=len(missing))

    def prepare(environment: Environment) -> None:
        engine.prepare(environment, lambda line: display.note(f"{environment.name}: {line}"))
        phase.advance()

    process.side_by_side(prepare, missing, WORKERS)
    phase.finish(f"{len(missing)} built")

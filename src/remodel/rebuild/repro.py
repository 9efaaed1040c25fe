"""`remodel repro`: engine, wheels, images, then a rebuild of everything."""

from __future__ import annotations

import time
from collections.abc import Sequence

from remodel.checkout import Checkout
from remodel.display.display import Display
from remodel.engines import choose_engine
from remodel.engines.engine import Engine
from remodel.engines.prepare import prepare_all
from remodel.environments.environment import Environment, control_environment, find_environment
from remodel.files import write_json
from remodel.pipeline import dvc as pipeline
from remodel.rebuild.command import Options, rebuild
from remodel.rebuild.view import Shown
from remodel.recipes.params import Params, read_params


def repro(checkout: Checkout, display: Display, engine_name: str | None = None) -> dict[str, float]:
    """Make everything that is missing, then run the pipeline. Returns the seconds of each phase."""
    params = read_params(checkout)
    environments = needed_environments(checkout, params)
    seconds: dict[str, float] = {}
    for path in pipeline.remove_stale(checkout, params):
        display.note(f"removed {path}: params.yaml no longer lists it")
    engine = choose_engine(engine_name)
    started = time.monotonic()
    prepare_all(engine, environments, display)

    def skip(engine: Engine, environments: Sequence[Environment]) -> None:
        """The images are there."""

    seconds["images"] = time.monotonic() - started
    started = time.monotonic()
    rebuild(checkout, Options(keep_going=True, engine=engine.name), Shown(display), skip)
    seconds["stages"] = time.monotonic() - started
    write_json(checkout.state / "phases.json", seconds)
    return seconds


def needed_environments(checkout: Checkout, params: Params) -> list[Environment]:
    """The environments that the pipeline runs in, the control environment first."""
    names = dict.fromkeys([params.snapshot_environment, *params.environments])
    return [control_environment(checkout), *(find_environment(checkout, name) for name in names)]

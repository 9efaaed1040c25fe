"""`remodel repro`: engine, wheels, images, then a rebuild of everything."""

from __future__ import annotations

import time

from remodel.checkout import Checkout
from remodel.display.reporter import Reporter
from remodel.engines import choose_engine
from remodel.engines.prepare import prepare_all
from remodel.environments.environment import Environment, control_environment, find_environment
from remodel.files import write_json
from remodel.rebuild.command import rebuild
from remodel.rebuild.plan import Request
from remodel.recipes.params import Params, read_params


def repro(checkout: Checkout, reporter: Reporter, engine_name: str | None = None) -> dict[str, float]:
    """Make everything that is missing, then run the pipeline. Returns the seconds of each phase."""
    params = read_params(checkout)
    environments = needed_environments(checkout, params)
    seconds: dict[str, float] = {}
    engine = choose_engine(engine_name)
    started = time.monotonic()
    prepare_all(engine, environments, reporter)
    seconds["images"] = time.monotonic() - started
    started = time.monotonic()
    rebuild(checkout, Request(keep_going=True, engine=engine.name), reporter, images_there=True)
    seconds["stages"] = time.monotonic() - started
    write_json(checkout.state / "phases.json", seconds)
    return seconds


def needed_environments(checkout: Checkout, params: Params) -> list[Environment]:
    """The environments that the pipeline runs in, the control environment first."""
    names = dict.fromkeys([params.snapshot_environment, *params.environments])
    return [control_environment(checkout), *(find_environment(checkout, name) for name in names)]

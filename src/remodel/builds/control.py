"""One call of a program in the control container."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from remodel.builds.call import Call, make_job
from remodel.builds.job import run_job
from remodel.checkout import Checkout
from remodel.engines import choose_engine
from remodel.environments.environment import control_environment
from remodel.takeover.expected import Expected


def run_in_control(
    checkout: Checkout,
    called: Call,
    scratch: Path,
    expected: Expected,
    name: str,
    say: Callable[[str], None],
    engine_name: str | None = None,
) -> Path:
    """The folder of what `called` left, below `scratch`. `engine_name`: None is the first engine that works."""
    engine, environment = choose_engine(engine_name), control_environment(checkout)
    engine.prepare(environment, say)
    return run_job(checkout, engine, make_job(checkout, environment, called, scratch, name), scratch, expected)

"""The images that a rebuild needs, made before its first build; shown as its view shows things."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from remodel.display.display import Display
from remodel.engines.engine import Engine
from remodel.engines.prepare import prepare_all
from remodel.environments.environment import Environment
from remodel.rebuild.view import View

Prepare = Callable[[Engine, Sequence[Environment]], None]


def preparing(view: View, display: Display | None) -> Prepare:
    """Make what is missing, two at a time where there is a display; and remove containers that killed runs left."""

    def prepare(engine: Engine, environments: Sequence[Environment]) -> None:
        if display is not None:
            prepare_all(engine, environments, display)
        for environment in environments[: 1 if display is not None else None]:
            engine.prepare(environment, view.say)

    return prepare

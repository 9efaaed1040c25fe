"""Choose the engine that jobs run in: the one that is asked for, or the most isolated one that works here."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from remodel.engines.docker import Docker
from remodel.engines.engine import Engine, Image, Job, Mount
from remodel.engines.install import install_podman
from remodel.engines.podman import Podman
from remodel.engines.venv import Venv
from remodel.errors import EngineError, UnknownName

__all__ = ["ENGINES", "VARIABLE", "Engine", "Image", "Job", "Mount", "choose_engine"]

ENGINES: dict[str, type[Engine]] = {"podman": Podman, "docker": Docker, "venv": Venv}
"""Every engine by name, in the order of preference."""

VARIABLE = "REMODEL_ENGINE"
AUTO = "auto"


def tell(line: str) -> None:
    """One line on standard error."""
    print(f"remodel: {line}", file=sys.stderr, flush=True)


def choose_engine(name: str | None = None, report: Callable[[str], None] = tell) -> Engine:
    """The engine `name`, or REMODEL_ENGINE's, or the first that works: podman, docker, podman installed now, venv.

    Raises EngineError where the named engine does not work, UnknownName where there is none of that name.
    """
    wanted = name or os.environ.get(VARIABLE) or AUTO
    if wanted == AUTO:
        return _first_working(report)
    if wanted not in ENGINES:
        raise UnknownName("engine", wanted, [*ENGINES, AUTO], "" if name else VARIABLE)
    engine = ENGINES[wanted]()
    engine.check()
    return engine


def _first_working(report: Callable[[str], None]) -> Engine:
    for engine in (Podman(), Docker()):
        if works(engine):
            return engine
    if install_podman(report) and works(podman := Podman()):
        return podman
    return Venv()


def works(engine: Engine) -> bool:
    """Whether an engine's own check passes."""
    try:
        engine.check()
    except EngineError:
        return False
    return True

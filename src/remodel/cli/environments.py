"""`remodel environments`: every locked environment, its versions, its lock and its image on this machine."""

from __future__ import annotations

from remodel.engines import choose_engine
from remodel.engines.engine import Engine
from remodel.environments import Environment, all_environments, control_environment
from remodel.tables import EnvironmentRow, environments_table
from remodel.workspace import Workspace


def list_environments(workspace: Workspace, engine_name: str | None = None) -> None:
    """Print the table; nothing is fetched or built for it."""
    from rich.console import Console

    engine = choose_engine(engine_name)
    rows = [row(engine, one) for one in (*all_environments(workspace), control_environment(workspace))]
    Console().print(environments_table(rows))
    print(f"engine: {engine.name}; `make repro` makes what is missing")


def row(engine: Engine, environment: Environment) -> EnvironmentRow:
    """What is known of one environment without making anything."""
    image = engine.image_of(environment)
    return EnvironmentRow(
        name=environment.name,
        python=environment.python,
        versions=environment.versions,
        lock_sha256=environment.lock_sha256,
        image_digest=image.digest if image else None,
        size=image.size if image else None,
        state="ready" if image else "not built",
    )

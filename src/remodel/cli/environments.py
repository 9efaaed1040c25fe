"""`remodel environments`: every locked environment, its versions, its lock and its image on this machine."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from remodel.checkout import Checkout
from remodel.cli.parsing import Commands, engine_option, json_option

if TYPE_CHECKING:
    from remodel.display.tables import EnvironmentRow
    from remodel.engines.engine import Engine
    from remodel.environments.environment import Environment


def add(commands: Commands) -> None:
    """The grammar."""
    command = commands.add_parser("environments", help="list the locked environments and their images")
    engine_option(command)
    json_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    list_environments(checkout, arguments.engine, arguments.json)


def list_environments(checkout: Checkout, engine_name: str | None, as_json: bool = False) -> None:
    """Print the table, or all of it as JSON; nothing is fetched or built for it."""
    from rich.console import Console

    from remodel.display.tables import environments_table
    from remodel.engines import choose_engine
    from remodel.environments.environment import all_environments, control_environment

    engine = choose_engine(engine_name)
    rows = [_row(engine, environment) for environment in (*all_environments(checkout), control_environment(checkout))]
    if as_json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
        return
    Console().print(environments_table(rows))
    print(f"engine: {engine.name}; `make repro` makes what is missing")


def _row(engine: Engine, environment: Environment) -> EnvironmentRow:
    """What is known of one environment without making anything."""
    from remodel.display.tables import EnvironmentRow

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

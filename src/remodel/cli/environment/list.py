"""`remodel environment list`: every locked environment, its versions, its lock and its image on this machine."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from remodel.checkout import Checkout
from remodel.cli.parsing import About, Parser, engine_option, json_option

if TYPE_CHECKING:
    from remodel.display.tables import EnvironmentRow
    from remodel.engines.engine import Engine
    from remodel.environments.environment import Environment

ABOUT = About(
    "list the locked environments and their images",
    "Shows the versions that each environment pins, the digests of its lock and image, and whether the image is here.\n"
    "Nothing is fetched or built for it.",
    "remodel environment list",
)


def add(command: Parser) -> None:
    """The arguments."""
    engine_option(command)
    json_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from rich.console import Console

    from remodel.display.tables import environments_table
    from remodel.engines import choose_engine
    from remodel.environments.environment import all_environments, control_environment

    engine = choose_engine(arguments.engine)
    rows = [_row(engine, environment) for environment in (*all_environments(checkout), control_environment(checkout))]
    if arguments.json:
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

"""`remodel warm`: keep an environment ready in the background."""

from __future__ import annotations

import argparse

from remodel.checkout import Checkout
from remodel.cli.parsing import Commands, engine_option


def add(commands: Commands) -> None:
    """The grammar."""
    command = commands.add_parser("warm", help="keep an environment warm in the background, for python -m train")
    command.add_argument("environment", help="such as sklearn-1.9")
    command.add_argument("--minutes", type=float, default=30.0, help="end when nothing was asked for so long (30)")
    command.add_argument("--end", action="store_true", help="end it now")
    engine_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.builds import daemon

    if arguments.end:
        print(daemon.end(checkout, arguments.environment))
    else:
        print(daemon.start(checkout, arguments.environment, arguments.minutes, arguments.engine))

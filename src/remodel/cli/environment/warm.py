"""`remodel environment warm`: keep an environment ready in the background."""

from __future__ import annotations

import argparse

from remodel.checkout import Checkout
from remodel.cli.parsing import ENVIRONMENT, About, Parser, completes, engine_option

ABOUT = About(
    "keep an environment warm in the background, for python -m train",
    "Starts a container that waits in the background with everything imported, so that `python -m train` need not;\n"
    "it ends when nothing was asked for a while, or with --end.",
    "remodel environment warm sklearn-1.9",
)


def add(command: Parser) -> None:
    """The arguments."""
    completes(command.add_argument("environment", help="such as sklearn-1.9"), ENVIRONMENT)
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

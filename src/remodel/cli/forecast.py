"""`remodel forecast`: which models a later scikit-learn will break or change, and why."""

from __future__ import annotations

import argparse

from remodel.checkout import Checkout
from remodel.cli.parsing import Commands, json_option


def add(commands: Commands) -> None:
    """The grammar."""
    command = commands.add_parser("forecast", help="which models a later scikit-learn will break or change, and why")
    command.add_argument(
        "version", nargs="?", default="", help="up to this one, such as 1.10; none: all that are known"
    )
    json_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.audit.outlook import show

    show(checkout, arguments.version, arguments.json)

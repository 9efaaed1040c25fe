"""`remodel forecast`: which models a later scikit-learn will break or change, and why."""

from __future__ import annotations

import argparse

from remodel.checkout import Checkout
from remodel.cli.parsing import About, Parser, json_option

ABOUT = About(
    "which models a later scikit-learn will break or change, and why",
    "Reads the warnings that the builds raised and the table of announced changes; nothing is built for it.",
    "remodel forecast 1.10",
)


def add(command: Parser) -> None:
    """The arguments."""
    command.add_argument(
        "version", nargs="?", default="", help="up to this one, such as 1.10; none: all that are known"
    )
    json_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.audit.outlook import show

    show(checkout, arguments.version, arguments.json)

"""`remodel estimate`: what a move would cost."""

from __future__ import annotations

import argparse
import json

from remodel.checkout import Checkout
from remodel.cli.parsing import Commands, engine_option, json_option


def add(commands: Commands) -> None:
    """The grammar."""
    command = commands.add_parser("estimate", help="models, minutes and disk of a move, before anything is started")
    command.add_argument("--from", dest="start", metavar="ENVIRONMENT", required=True)
    command.add_argument("--to", dest="end", metavar="ENVIRONMENT", required=True)
    engine_option(command)
    json_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.engines import choose_engine
    from remodel.examine.estimate import estimate

    found = estimate(checkout, choose_engine(arguments.engine), arguments.start, arguments.end)
    print(json.dumps(vars(found), indent=2) if arguments.json else found)

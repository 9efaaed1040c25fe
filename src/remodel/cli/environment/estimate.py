"""`remodel environment estimate`: what a move would cost."""

from __future__ import annotations

import argparse
import json

from remodel.checkout import Checkout
from remodel.cli.parsing import ENVIRONMENT, About, Parser, completes, engine_option, json_option

ABOUT = About(
    "models, minutes and disk of a move, before anything is started",
    "Adds up what moving every model from one environment to another would take: builds, minutes and disk, from the\n"
    "seconds and sizes that were recorded on this machine.",
    "remodel environment estimate --from sklearn-1.5 --to sklearn-1.9",
)


def add(command: Parser) -> None:
    """The arguments."""
    start = command.add_argument("--from", dest="start", metavar="ENVIRONMENT", required=True)
    end = command.add_argument("--to", dest="end", metavar="ENVIRONMENT", required=True)
    for option in (start, end):
        completes(option, ENVIRONMENT)
    engine_option(command)
    json_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.engines import choose_engine
    from remodel.examine.estimate import estimate

    found = estimate(checkout, choose_engine(arguments.engine), arguments.start, arguments.end)
    print(json.dumps(vars(found), indent=2) if arguments.json else found)

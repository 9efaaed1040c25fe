"""`remodel explain`: the factor that moves a model."""

from __future__ import annotations

import argparse
import sys

from remodel.checkout import Checkout
from remodel.cli.parsing import Commands, engine_option


def add(commands: Commands) -> None:
    """The grammar."""
    command = commands.add_parser("explain", help="find the factor that moves a model: rebuilds, one factor at a time")
    command.add_argument("name", metavar="MODEL@ENVIRONMENT")
    engine_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.engines import choose_engine
    from remodel.examine.explain import explain

    engine = choose_engine(arguments.engine)
    explanation = explain(checkout, engine, arguments.name, lambda line: print(line, file=sys.stderr, flush=True))
    print(explanation.answer)

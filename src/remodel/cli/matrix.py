"""`remodel matrix`: the zoo in every environment."""

from __future__ import annotations

import argparse

from remodel.checkout import Checkout
from remodel.cli.parsing import Commands, engine_option


def add(commands: Commands) -> None:
    """The grammar."""
    engine_option(commands.add_parser("matrix", help="build the zoo in every environment and write docs/matrix.md"))


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.engines import choose_engine
    from remodel.zoo.command import make_matrix

    make_matrix(checkout, choose_engine(arguments.engine))

"""`remodel environment matrix`: the zoo in every environment."""

from __future__ import annotations

import argparse

from remodel.checkout import Checkout
from remodel.cli.parsing import About, Parser, engine_option

ABOUT = About(
    "build the zoo in every environment and write docs/matrix.md",
    "Builds every recipe of the zoo in every environment and writes docs/matrix.md; what was built before is taken.\n"
    "The same as `make matrix`; about half an hour where nothing was built yet.",
    "remodel environment matrix",
)


def add(command: Parser) -> None:
    """The arguments."""
    engine_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.engines import choose_engine
    from remodel.zoo.command import make_matrix

    make_matrix(checkout, choose_engine(arguments.engine))

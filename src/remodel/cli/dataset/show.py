"""`remodel dataset show`: what a dataset holds."""

from __future__ import annotations

import argparse

from remodel.checkout import Checkout
from remodel.cli.dataset.profile import print_profile
from remodel.cli.parsing import DATASET, About, Parser, completes, json_option, tell

ABOUT = About(
    "the columns of a dataset, and a page with a picture of each",
    "Shows what each column is, how much of it is missing and what is remarkable, and writes a page with a picture of\n"
    "each. The file is read anew; nothing in the project changes.",
    "remodel dataset show credit",
)


def add(command: Parser) -> None:
    """The arguments."""
    completes(command.add_argument("name", metavar="NAME"), DATASET)
    json_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.datasets.show import show

    profile, page = show(checkout, arguments.name, tell)
    print_profile(profile, arguments.json)
    if not arguments.json:
        print(f"pictures: {page}")

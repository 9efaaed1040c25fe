"""`remodel dataset`: accept a dataset's file as it is now."""

from __future__ import annotations

import argparse

from remodel.checkout import Checkout
from remodel.cli.parsing import Commands, Parser


def add(commands: Commands) -> None:
    """The grammar."""
    dataset = commands.add_parser("dataset", help="accept a dataset's file as it is now")
    actions = dataset.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=Parser)
    accept = actions.add_parser("accept", help="write the sha256 of its file into conf/dataset/NAME.yaml")
    accept.add_argument("name", metavar="NAME")


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.datasets.accept import accept

    accepted = accept(checkout, arguments.name)
    if not accepted.is_new:
        print(f"{accepted.file} is the file that {accepted.place} pins: nothing to do")
        return
    print(f"{accepted.place}: sha256 of {accepted.file} was {accepted.before}, is {accepted.after}")
    print(f"next: remodel rebuild, or python -m train dataset={arguments.name}")

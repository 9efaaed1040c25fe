"""`remodel dataset accept`: the file of a dataset is meant as it is now."""

from __future__ import annotations

import argparse

from remodel.checkout import Checkout
from remodel.cli.parsing import DATASET, About, Parser, completes

ABOUT = About(
    "write the sha256 of its file into conf/dataset/NAME.yaml",
    "Moves the pin of a dataset to its file as it is now. Nothing else moves it: a file that changed without being\n"
    "meant to ends every command that would read it.",
    "remodel dataset accept flowers",
)


def add(command: Parser) -> None:
    """The arguments."""
    completes(command.add_argument("name", metavar="NAME"), DATASET)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.datasets.accept import accept

    accepted = accept(checkout, arguments.name)
    if not accepted.is_new:
        print(f"{accepted.file} is the file that {accepted.place} pins: nothing to do")
        return
    print(f"{accepted.place}: sha256 of {accepted.file} was {accepted.before}, is {accepted.after}")
    print(f"next: remodel rebuild, or python -m train dataset={arguments.name}")

"""`remodel experiment promote`: an experiment becomes a model of the pipeline."""

from __future__ import annotations

import argparse

from remodel.checkout import Checkout
from remodel.cli.parsing import EXPERIMENT, About, Parser, completes

ABOUT = About(
    "write an experiment as a model: conf/model/NAME.yaml and a line in params.yaml",
    "Writes the choices of an experiment and what differs from them into conf/model/NAME.yaml, and the name into\n"
    "params.yaml, where comments stay. The file is composed first: it gives the recipe that was tried, or is not kept.",
    "remodel experiment promote 12693818 --as cancer_svc_2",
)


def add(command: Parser) -> None:
    """The arguments."""
    completes(command.add_argument("experiment", help="as `remodel experiment list` calls it"), EXPERIMENT)
    command.add_argument("--as", dest="name", required=True, metavar="NAME", help="of the model")


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.experiments.promote import promote
    from remodel.experiments.tries import find_try

    print(promote(checkout, find_try(checkout, arguments.experiment), arguments.name), end="")
    print(f"written: conf/model/{arguments.name}.yaml, and its name in params.yaml")
    print(f"next: remodel rebuild {arguments.name}")

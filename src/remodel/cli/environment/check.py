"""`remodel environment check`: what works in an environment."""

from __future__ import annotations

import argparse

from remodel.checkout import Checkout
from remodel.cli.parsing import ENVIRONMENT, About, Parser, completes, engine_option

ABOUT = About(
    "build the zoo in one environment, and say what works and why not",
    "Builds every recipe of the zoo in one environment: of each estimator how many were built and how many have an\n"
    "exact ONNX file, and every reason why one has none.",
    "remodel environment check sklearn-1.5",
)


def add(command: Parser) -> None:
    """The arguments."""
    completes(command.add_argument("name", help="such as sklearn-1.5"), ENVIRONMENT)
    engine_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.engines import choose_engine
    from remodel.environments.environment import find_environment
    from remodel.zoo.command import check_environment

    environment = find_environment(checkout, arguments.name)
    check_environment(checkout, choose_engine(arguments.engine), environment)

"""`remodel environment record`: what every version says of its estimators."""

from __future__ import annotations

import argparse

from remodel.checkout import Checkout
from remodel.cli.parsing import About, Parser, engine_option

ABOUT = About(
    "ask every environment for its parameters and defaults again",
    "Writes the builder's history of scikit-learn's words: estimators, parameters and defaults of every environment.\n"
    "After an environment was added; the history is a dependency of every model.",
    "remodel environment record",
)


def add(command: Parser) -> None:
    """The arguments."""
    engine_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.engines import choose_engine
    from remodel.environments.environment import all_environments
    from remodel.zoo.vocabulary import record

    engine = choose_engine(arguments.engine)
    environments = all_environments(checkout)
    for environment in environments:
        engine.prepare(environment, print)
    count = record(checkout, engine, environments)
    print(f"{count} estimators of {len(environments)} environments: {checkout.history.relative_to(checkout.root)}")

"""`remodel environment add`: one more version of scikit-learn."""

from __future__ import annotations

import argparse

from remodel.checkout import Checkout
from remodel.cli.parsing import About, Parser, engine_option

ABOUT = About(
    "write, lock and build an environment, and build the zoo in it",
    "Writes docker/NAME/environment.yml for a version of scikit-learn, locks it, makes its image, and builds every\n"
    "recipe of the zoo in it: what works, what does not, and why. To compare models there: its name in params.yaml.",
    "remodel environment add 1.10.0",
)


def add(command: Parser) -> None:
    """The arguments."""
    command.add_argument("version", help="of scikit-learn, such as 1.10.0")
    command.add_argument("--name", default="", help="what to call it; none: sklearn- and the version")
    engine_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Write, lock and build the environment of one version, build the zoo in it, and print what works."""
    from remodel.engines import choose_engine
    from remodel.environments.new_environment import add_environment
    from remodel.zoo.command import check_environment, print_news

    engine = choose_engine(arguments.engine)
    environment = add_environment(checkout, arguments.version, print, arguments.name)
    engine.prepare(environment, print)
    print_news(checkout, engine, environment)
    check_environment(checkout, engine, environment)
    print(f"\n{environment.name} is in docker/ and conf/environment/: commit both to keep it")

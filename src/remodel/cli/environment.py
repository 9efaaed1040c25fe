"""`remodel environment`: list, add, check or record environments."""

from __future__ import annotations

import argparse

from remodel.checkout import Checkout
from remodel.cli.environments import list_environments
from remodel.cli.parsing import Commands, Parser, engine_option


def add(commands: Commands) -> None:
    """The grammar."""
    environment = commands.add_parser("environment", help="list, add or check environments")
    actions = environment.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=Parser)
    actions.add_parser("list", help="the same as `remodel environments`")
    add_one = actions.add_parser("add", help="write, lock and build an environment, and build the zoo in it")
    add_one.add_argument("version", help="of scikit-learn, such as 1.10.0")
    add_one.add_argument("--name", default="", help="what to call it; none: sklearn- and the version")
    check = actions.add_parser("check", help="build the zoo in one environment, and say what works and why not")
    check.add_argument("name", help="such as sklearn-1.5")
    actions.add_parser("record", help="ask every environment for its parameters and defaults again")
    for action in actions.choices.values():
        engine_option(action)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    if arguments.action == "list":
        list_environments(checkout, arguments.engine)
    elif arguments.action == "add":
        _add(checkout, arguments)
    elif arguments.action == "check":
        _check(checkout, arguments)
    else:
        _record(checkout, arguments)


def _add(checkout: Checkout, arguments: argparse.Namespace) -> None:
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


def _check(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Build the zoo in one environment and print what works, what does not, and why."""
    from remodel.engines import choose_engine
    from remodel.environments.environment import find_environment
    from remodel.zoo.command import check_environment

    environment = find_environment(checkout, arguments.name)
    check_environment(checkout, choose_engine(arguments.engine), environment)


def _record(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Write what every environment says of its estimators to the builder's history."""
    from remodel.engines import choose_engine
    from remodel.environments.environment import all_environments
    from remodel.zoo.vocabulary import record

    engine = choose_engine(arguments.engine)
    environments = all_environments(checkout)
    for environment in environments:
        engine.prepare(environment, print)
    count = record(checkout, engine, environments)
    print(f"{count} estimators of {len(environments)} environments: {checkout.history.relative_to(checkout.root)}")

"""`remodel model verify`: build models again and compare every byte."""

from __future__ import annotations

import argparse

from remodel.checkout import Checkout
from remodel.cli.parsing import TARGET, About, Parser, completes, engine_option, json_option

ABOUT = About(
    "build models again and compare every byte with models/",
    "Builds models again with everything varied that must not matter (clock, host, cores, folder, locale, ...) and\n"
    "compares every file with models/. Exit code 8, with the first place, where a byte differs.",
    "remodel model verify iris_decision_tree@sklearn-1.9",
)


def add(command: Parser) -> None:
    """The arguments."""
    name = command.add_argument("name", metavar="MODEL@ENVIRONMENT", nargs="*", help="such as credit_mlp@sklearn-1.9")
    completes(name, TARGET)
    command.add_argument("--all", action="store_true", help="every model in every environment of params.yaml")
    command.add_argument("--cpu", action="store_true", help="on an emulated CPU (QEMU): slow, for small models")
    engine_option(command)
    json_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.examine.verify.command import verify

    verify(checkout, arguments.name, arguments.all, arguments.engine, arguments.cpu, as_json=arguments.json)

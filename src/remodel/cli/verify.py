"""`remodel verify`: build models again and compare every byte."""

from __future__ import annotations

import argparse

from remodel.checkout import Checkout
from remodel.cli.parsing import Commands, engine_option


def add(commands: Commands) -> None:
    """The grammar."""
    command = commands.add_parser("verify", help="build models again and compare every byte with models/")
    command.add_argument("name", metavar="MODEL@ENVIRONMENT", nargs="*", help="such as credit_mlp@sklearn-1.9")
    command.add_argument("--all", action="store_true", help="every model in every environment of params.yaml")
    command.add_argument("--cpu", action="store_true", help="on an emulated CPU (QEMU): slow, for small models")
    engine_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.examine.verify.command import verify

    verify(checkout, arguments.name, arguments.all, arguments.engine, arguments.cpu)

"""`remodel gate`: may every model move?"""

from __future__ import annotations

import argparse

from remodel.checkout import Checkout
from remodel.cli.parsing import Commands, json_option


def add(commands: Commands) -> None:
    """The grammar."""
    command = commands.add_parser("gate", help="may every model move to the release environment? one line a model")
    command.add_argument("--accept", metavar="MODEL@ENVIRONMENT", help="record that this changed model may move")
    command.add_argument("--reason", default="", help="why it may: needed with --accept")
    json_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.audit.gate import accept, gate
    from remodel.errors import UsageError

    if arguments.accept:
        decision = accept(checkout, arguments.accept, arguments.reason)
        print(f"accepted {arguments.accept} in decisions.yaml: {decision.reason}")
        print("`dvc repro compare` brings the page up to date: reports/index.html")
    elif arguments.reason:
        raise UsageError("--reason is for --accept", "Add: --accept MODEL@ENVIRONMENT")
    else:
        gate(checkout, arguments.json)

"""`remodel gate`: may every model move?"""

from __future__ import annotations

import argparse

from remodel.checkout import Checkout
from remodel.cli.parsing import TARGET, About, Parser, completes, json_option

ABOUT = About(
    "may every model move to the release environment? one line a model",
    "Says of each model whether it may move from the baseline to the release environment; exit code 9 where one may\n"
    "not. --accept records, with your name and the day, that a changed model may move: for these artifacts only.",
    'remodel gate --accept credit_mlp@sklearn-1.9 --reason "two labels of 32,560"',
)


def add(command: Parser) -> None:
    """The arguments."""
    accept = command.add_argument(
        "--accept", metavar="MODEL@ENVIRONMENT", help="record that this changed model may move"
    )
    completes(accept, TARGET)
    command.add_argument("--reason", default="", help="why it may: needed with --accept")
    json_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.audit.gate import accept, gate, read_comparison
    from remodel.errors import UsageError
    from remodel.rebuild.rebuilding import require_built

    if arguments.accept:
        decision = accept(checkout, arguments.accept, arguments.reason)
        print(f"accepted {arguments.accept} in decisions.yaml: {decision.reason}")
        print("`dvc repro compare` brings the page up to date: reports/index.html")
    elif arguments.reason:
        raise UsageError("--reason is for --accept", "Add: --accept MODEL@ENVIRONMENT")
    else:
        # First what is cheap to see: it names what is another one.
        read_comparison(checkout)
        require_built(checkout)
        gate(checkout, arguments.json)

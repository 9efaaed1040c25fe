"""`remodel predict`: a finished model answers the rows of a file."""

from __future__ import annotations

import argparse
from pathlib import Path

from remodel.checkout import Checkout
from remodel.cli.parsing import Commands, engine_option


def add(commands: Commands) -> None:
    """The grammar."""
    command = commands.add_parser("predict", help="answer the rows of a CSV or JSON file with a finished model")
    command.add_argument("folder", type=Path, help="such as release/credit_mlp or models/credit_mlp/sklearn-1.5")
    command.add_argument("rows", type=Path, help="a .csv or .json file; the answers have the same format")
    command.add_argument("--with", dest="runtime", choices=("onnx", "skops"), help="none: ONNX where there is one")
    engine_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.examine.predict import predict

    print(predict(checkout, arguments.folder, arguments.rows, arguments.runtime, arguments.engine), end="")

"""`remodel model predict`: a finished model answers the rows of a file."""

from __future__ import annotations

import argparse
from pathlib import Path

from remodel.checkout import Checkout
from remodel.cli.parsing import FILE, FOLDER, About, Parser, completes, engine_option

ABOUT = About(
    "answer the rows of a CSV or JSON file with a finished model",
    "Answers the rows of a CSV or JSON file in the locked container that built the model, with ONNX where there is a\n"
    "file. Rows that the model must not answer are refused, by row and column.",
    "remodel model predict release/iris_decision_tree docs/examples/iris_rows.csv",
)


def add(command: Parser) -> None:
    """The arguments."""
    model = command.add_argument(
        "model", metavar="MODEL", help="a folder such as release/credit_mlp, or MODEL@ENVIRONMENT of models/"
    )
    completes(model, FOLDER)
    rows = command.add_argument(
        "rows", type=Path, metavar="ROWS", help="a .csv or .json file; the answers have the same format"
    )
    completes(rows, FILE)
    command.add_argument("--with", dest="runtime", choices=("onnx", "skops"), help="none: ONNX where there is one")
    engine_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.examine.predict import find_folder, predict

    folder = find_folder(checkout, arguments.model)
    print(predict(checkout, folder, arguments.rows, arguments.runtime, arguments.engine), end="")

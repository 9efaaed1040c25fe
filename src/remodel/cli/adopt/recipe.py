"""`remodel adopt recipe`: a pickled model becomes a recipe."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from remodel.checkout import Checkout
from remodel.cli.parsing import DATASET, FILE, About, Parser, completes, engine_option, json_option, tell

ABOUT = About(
    "write the recipe that made a pickled model: files of conf/, and its name in params.yaml",
    "Reads a pickle in a container without loading it, and writes its estimator and the steps before it in the words\n"
    "of the newest scikit-learn, as choices of conf/. What cannot be said or repeated is a comment there, and printed.",
    "remodel adopt recipe ../old-models/credit.pkl --name old_credit --dataset credit",
)


def add(command: Parser) -> None:
    """The arguments."""
    completes(
        command.add_argument("file", type=Path, metavar="FILE", help="a pickle with one model of scikit-learn"), FILE
    )
    command.add_argument("--name", required=True, help="of the model that is written")
    completes(command.add_argument("--dataset", required=True, help="whose rows it is trained on"), DATASET)
    engine_option(command)
    json_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.adopt.recipe import adopt

    adopted = adopt(checkout, arguments.file, arguments.name, arguments.dataset, arguments.engine, tell)
    if arguments.json:
        document = {"files": adopted.files, "notes": adopted.notes, "version": adopted.version}
        print(json.dumps(document, indent=2, ensure_ascii=False))
        return
    for note in adopted.notes:
        print(f"note: {note}")
    print(f"written: {', '.join(adopted.files)}, and its name in params.yaml")
    print(f"next: remodel rebuild {arguments.name}")

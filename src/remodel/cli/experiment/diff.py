"""`remodel experiment diff`: two tries side by side."""

from __future__ import annotations

import argparse
import json

from remodel.checkout import Checkout
from remodel.cli.parsing import EXPERIMENT, About, Parser, completes, json_option

ABOUT = About(
    "what differs between two tries, and what each of their folds scored",
    "Names every word in which two experiments or models differ, and puts the scores of their folds side by side,\n"
    "where they are of the same rows and folds.",
    "remodel experiment diff cancer_logreg@sklearn-1.9 cancer_svc@sklearn-1.9",
)


def add(command: Parser) -> None:
    """The arguments."""
    for name in ("one", "other"):
        option = command.add_argument(name, metavar=name.upper(), help="as `remodel experiment list` calls it")
        completes(option, EXPERIMENT)
    json_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.experiments.side_by_side import side_by_side
    from remodel.experiments.tries import find_try

    found = side_by_side(find_try(checkout, arguments.one), find_try(checkout, arguments.other)).document()
    if arguments.json:
        print(json.dumps(found, indent=2))
        return
    from rich.console import Console

    from remodel.display.tables import differences_table, folds_table

    if found["differ"]:
        Console().print(differences_table(found))
    else:
        print("nothing differs in what was asked for")
    if not found["comparable"]:
        print("their scores are of other rows, folds or answers: they say nothing of each other")
        return
    Console().print(folds_table(found))
    print(f"p of no difference in the score that ranks: {found['p_equal']:.3g}")

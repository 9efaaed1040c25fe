"""`remodel experiment list`: what was tried, and how it scored."""

from __future__ import annotations

import argparse
import json

from remodel.checkout import Checkout
from remodel.cli.parsing import DATASET, About, Parser, completes, json_option

ABOUT = About(
    "what was tried, the best first, and which of it cannot be told from the best",
    "Lists experiments and models by dataset, rows and folds: the words that differ between them, the score that\n"
    "ranks them, and what is tied with the best (corrected resampled t-test on the same folds, Bonferroni).",
    "remodel experiment list wine",
)

SHOWN = 30
"""Places of a ranking that a person reads."""


def add(command: Parser) -> None:
    """The arguments."""
    completes(command.add_argument("dataset", nargs="?", help="none: all of them"), DATASET)
    command.add_argument("--all", action="store_true", help=f"more than the first {SHOWN} of each ranking")
    json_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.errors import UnknownName
    from remodel.experiments.leaderboard import leaderboards
    from remodel.experiments.tries import tries

    found = tries(checkout)
    if arguments.dataset is not None:
        datasets = sorted({one.recipe.dataset for one in found})
        if arguments.dataset not in datasets:
            raise UnknownName("dataset", arguments.dataset, datasets, "experiments/ and models/")
        found = [one for one in found if one.recipe.dataset == arguments.dataset]
    boards = leaderboards(found)
    if arguments.json:
        print(json.dumps([board.document() for board in boards], indent=2))
        return
    if not boards:
        print("nothing is built yet: python -m train, or make repro")
        return
    from rich.console import Console

    from remodel.display.tables import leaderboard_table

    for board in boards:
        document = board.document()
        more = 0 if arguments.all else len(document["places"]) - SHOWN
        Console().print(leaderboard_table(document | {"places": document["places"][: None if more <= 0 else SHOWN]}))
        if more > 0:
            print(f"and {more} more: --all")

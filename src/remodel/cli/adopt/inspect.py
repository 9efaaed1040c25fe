"""`remodel adopt inspect`: what pickles hold, without loading them."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from remodel.checkout import Checkout
from remodel.cli.parsing import FILE, About, Parser, completes, engine_option, json_option, tell

ABOUT = About(
    "what pickles hold and which version wrote them, without loading a byte of them",
    "Reads .pkl and .joblib files in a container by a machine that imports and calls nothing: what each holds,\n"
    "which scikit-learn wrote it or bounds of that with the evidence, what it needs, what in it no model needs.",
    "remodel adopt inspect ../old-models --page fleet.html",
)


def add(command: Parser) -> None:
    """The arguments."""
    paths = command.add_argument(
        "paths", nargs="+", type=Path, metavar="FILE|FOLDER", help="pickles, or folders of them"
    )
    completes(paths, FILE)
    completes(command.add_argument("--page", type=Path, help="write a page of all of them there"), FILE)
    engine_option(command)
    json_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.adopt.inspect import counted, inspect

    inspected = inspect(checkout, arguments.paths, arguments.engine, tell)
    if arguments.page is not None:
        from remodel.adopt.page import render
        from remodel.files import write_bytes

        write_bytes(arguments.page, render(inspected).encode())
    if arguments.json:
        print(json.dumps([{"path": one.path, **one.document} for one in inspected], indent=2, ensure_ascii=False))
        return
    from rich.console import Console

    from remodel.display.tables import pickles_table

    rows = [
        (one.path, one.document.get("holds", ""), one.version, one.verdict, one.document["why"]) for one in inspected
    ]
    Console().print(pickles_table(rows))
    print("; ".join(f"{count} {verdict}" for verdict, count in counted(inspected)))

"""`remodel dataset`: add a table, look at one, accept a file as it is now."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from remodel.checkout import Checkout
from remodel.cli.parsing import Commands, Parser

if TYPE_CHECKING:
    from remodel.datasets.add import Wanted


def add(commands: Commands) -> None:
    """The grammar."""
    dataset = commands.add_parser("dataset", help="add a table, look at one, or accept its file as it is now")
    actions = dataset.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=Parser)
    new = actions.add_parser("add", help="find out what a file holds, and write conf/dataset/NAME.yaml")
    new.add_argument("file", type=Path, metavar="FILE", help="CSV, TSV, JSON Lines (also .gz), Parquet or .xlsx")
    new.add_argument("--target", required=True, metavar="COLUMN", help="the column that models answer")
    new.add_argument(
        "--task", choices=("classification", "regression"), help="whether the target has classes or is a number"
    )
    new.add_argument("--name", help="of the dataset; none: that of the file")
    new.add_argument(
        "--kind",
        action="append",
        default=[],
        metavar="COLUMN=KIND",
        help="what a column is, such as born=date:%%d.%%m.%%Y",
    )
    new.add_argument("--encoding", help="such as utf-8, cp1252, utf-16")
    new.add_argument("--separator", help="between cells")
    new.add_argument("--quote", help="around cells")
    new.add_argument("--decimal", choices=(".", ","), help="before the decimals of a number")
    new.add_argument("--missing", action="append", metavar="MARK", help="what says that there is no value")
    new.add_argument("--sheet", help="of a workbook; none: the first one")
    new.add_argument("--where", metavar="EXPRESSION", help='the rows that the dataset is: "age >= 18"')
    new.add_argument("--replace", action="store_true", help="write conf/dataset/NAME.yaml anew")
    show = actions.add_parser("show", help="the columns of a dataset, and a page with a picture of each")
    show.add_argument("name", metavar="NAME")
    for command in (new, show):
        command.add_argument("--json", action="store_true", help="the profile as JSON")
    accept = actions.add_parser("accept", help="write the sha256 of its file into conf/dataset/NAME.yaml")
    accept.add_argument("name", metavar="NAME")


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    {"add": _add, "show": _show, "accept": _accept}[arguments.action](checkout, arguments)


def _add(checkout: Checkout, arguments: argparse.Namespace) -> None:
    from remodel.datasets.add import add as add_dataset

    added = add_dataset(checkout, arguments.file, _wanted(arguments), _say)
    _print(added.profile, arguments.json)
    if not arguments.json:
        print(f"written: {added.place}; correct what is wrong in it")
        print(f"next: python -m train dataset={added.name}")


def _wanted(arguments: argparse.Namespace) -> Wanted:
    from remodel.datasets.add import Wanted
    from remodel.errors import UsageError

    kinds = {}
    for word in arguments.kind:
        column, sign, kind = word.rpartition("=")
        if not sign:
            raise UsageError(f"--kind {word} names no kind", "Write: --kind COLUMN=KIND")
        kinds[column] = kind
    names = ("encoding", "separator", "quote", "decimal", "missing")
    reading = {name: getattr(arguments, name) for name in names if getattr(arguments, name) is not None}
    if reading.get("separator") in ("\\t", "tab"):
        reading["separator"] = "\t"
    sheet, where = arguments.sheet, arguments.where
    return Wanted(arguments.target, arguments.name, kinds, reading, sheet, where, arguments.replace, arguments.task)


def _show(checkout: Checkout, arguments: argparse.Namespace) -> None:
    from remodel.datasets.show import show

    profile, page = show(checkout, arguments.name, _say)
    _print(profile, arguments.json)
    if not arguments.json:
        print(f"pictures: {page}")


def _print(profile: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(profile, indent=2, ensure_ascii=False))
        return
    from rich.console import Console

    from remodel.display.tables import profile_table

    Console().print(profile_table(profile))


def _say(line: str) -> None:
    print(line, file=sys.stderr)


def _accept(checkout: Checkout, arguments: argparse.Namespace) -> None:
    from remodel.datasets.accept import accept

    accepted = accept(checkout, arguments.name)
    if not accepted.is_new:
        print(f"{accepted.file} is the file that {accepted.place} pins: nothing to do")
        return
    print(f"{accepted.place}: sha256 of {accepted.file} was {accepted.before}, is {accepted.after}")
    print(f"next: remodel rebuild, or python -m train dataset={arguments.name}")

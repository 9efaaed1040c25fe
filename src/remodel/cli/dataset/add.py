"""`remodel dataset add`: a file becomes a dataset."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from remodel.checkout import Checkout
from remodel.cli.dataset.profile import print_profile
from remodel.cli.parsing import FILE, About, Parser, completes, json_option, tell

if TYPE_CHECKING:
    from remodel.datasets.add import Wanted

ABOUT = About(
    "find out what a file holds, and write conf/dataset/NAME.yaml",
    "Finds out how a file is written and what its columns are, and writes conf/dataset/NAME.yaml, all of it open to\n"
    "correction. CSV, TSV, JSON Lines (also .gz), Parquet or .xlsx; the file itself is not changed.",
    "remodel dataset add docs/examples/flowers.csv --target species",
)


def add(command: Parser) -> None:
    """The arguments."""
    file = command.add_argument(
        "file", type=Path, metavar="FILE", help="CSV, TSV, JSON Lines (also .gz), Parquet or .xlsx"
    )
    completes(file, FILE)
    command.add_argument("--target", required=True, metavar="COLUMN", help="the column that models answer")
    command.add_argument(
        "--task", choices=("classification", "regression"), help="whether the target has classes or is a number"
    )
    command.add_argument("--name", help="of the dataset; none: that of the file")
    command.add_argument(
        "--kind",
        action="append",
        default=[],
        metavar="COLUMN=KIND",
        help="what a column is, such as born=date:%%d.%%m.%%Y",
    )
    command.add_argument("--encoding", help="such as utf-8, cp1252, utf-16")
    command.add_argument("--separator", help="between cells")
    command.add_argument("--quote", help="around cells")
    command.add_argument("--decimal", choices=(".", ","), help="before the decimals of a number")
    command.add_argument("--missing", action="append", metavar="MARK", help="what says that there is no value")
    command.add_argument("--sheet", help="of a workbook; none: the first one")
    command.add_argument("--where", metavar="EXPRESSION", help='the rows that the dataset is: "age >= 18"')
    command.add_argument("--replace", action="store_true", help="write conf/dataset/NAME.yaml anew")
    json_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.datasets.add import add as add_dataset

    added = add_dataset(checkout, arguments.file, _wanted(arguments), tell)
    print_profile(added.profile, arguments.json)
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

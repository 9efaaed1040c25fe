"""The command line: `remodel <command>`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from remodel.checkout import find_checkout
from remodel.cli import (
    dataset,
    environment,
    environments,
    estimate,
    explain,
    forecast,
    gate,
    lock,
    matrix,
    measure,
    predict,
    rebuild,
    release,
    repro,
    stage,
    verify,
    verify_release,
    warm,
)
from remodel.cli.parsing import Command, Parser
from remodel.exits import report_errors
from remodel.pipeline.conflicts import check_merged

COMMANDS: dict[str, Command] = {
    "repro": repro,
    "rebuild": rebuild,
    "warm": warm,
    "environments": environments,
    "environment": environment,
    "dataset": dataset,
    "lock": lock,
    "matrix": matrix,
    "gate": gate,
    "forecast": forecast,
    "explain": explain,
    "measure": measure,
    "estimate": estimate,
    "verify": verify,
    "predict": predict,
    "release": release,
    "stage": stage,
}
"""Every command that works in a checkout, by its name. Their modules are light: what a command needs is imported by
its `run`."""

EPILOG = """exit codes: 0 done; 1 other error; 2 wrong usage or configuration; 3 data is not what it should be;
4 a build failed; 5 container engine; 6 lock or wheel; 7 disk or permissions; 8 other bytes (verify, verify-release);
9 the gate is closed; 10 a release cannot be published there; 130 interrupted"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    return report_errors(lambda: _run(parser().parse_args(arguments)))


def parser() -> Parser:
    """The grammar of the command line."""
    top = Parser(
        prog="remodel",
        description="Rebuild scikit-learn models on every scikit-learn version, in locked containers.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)
    for command in COMMANDS.values():
        command.add(commands)
    verify_release.add(commands)
    return top


def _run(arguments: argparse.Namespace) -> int:
    if arguments.command == verify_release.NAME:
        # A receiver has no checkout of the publisher's.
        verify_release.run(arguments)
    else:
        checkout = find_checkout()
        check_merged(checkout.root)
        COMMANDS[arguments.command].run(checkout, arguments)
    return 0

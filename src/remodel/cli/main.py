"""The command line: `remodel COMMAND`, `remodel NOUN VERB`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence

from remodel.cli import (
    adopt,
    completion,
    dataset,
    environment,
    experiment,
    forecast,
    gate,
    model,
    rebuild,
    release,
    repro,
    stage,
)
from remodel.cli.parsing import Anywhere, Command, Noun, Parser, add_command, add_noun
from remodel.exits import report_errors

COMMANDS: Mapping[str, Command | Anywhere | Noun] = {
    "repro": repro,
    "rebuild": rebuild,
    "gate": gate,
    "forecast": forecast,
    "dataset": dataset.NOUN,
    "model": model.NOUN,
    "adopt": adopt.NOUN,
    "environment": environment.NOUN,
    "experiment": experiment.NOUN,
    "release": release.NOUN,
    "completion": completion,
    "stage": stage,
}
"""Every command by its name. Their modules are light: what a command needs is imported by its `run`."""

EPILOG = """exit codes: 0 done; 1 other error; 2 wrong usage or configuration; 3 data is not what it should be;
4 a build failed; 5 container engine; 6 lock or wheel; 7 disk or permissions; 8 other bytes (model verify,
release verify); 9 the gate is closed; 10 a release cannot be published there; 130 interrupted"""


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
    for name, command in COMMANDS.items():
        if isinstance(command, Noun):
            add_noun(commands, name, command)
        else:
            add_command(commands, name, command)
    # For completion, which is one of the commands, and about all of them.
    top.set_defaults(grammar=top)
    return top


def _run(arguments: argparse.Namespace) -> int:
    arguments.run_command(arguments)
    return 0

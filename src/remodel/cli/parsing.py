"""What the grammars of the commands share: a command's own help, a noun and its verbs, options of several commands."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from remodel.checkout import Checkout, find_checkout
from remodel.errors import UnknownName, UsageError
from remodel.pipeline.conflicts import check_merged

INVALID_CHOICE = re.compile(r"argument (?P<what>\S+): invalid choice: '(?P<word>[^']*)' \(choose from (?P<valid>.*)\)$")
"""What argparse says of a word that is none of those that it knows."""

FILE, FOLDER, MODEL, ENVIRONMENT, TARGET, DATASET = "file", "folder", "model", "environment", "target", "dataset"
STAGE, ENGINE, EXPERIMENT = "stage", "engine", "experiment"
"""What an argument names, for completion (`completes`). A target is MODEL@ENVIRONMENT."""


class Parser(argparse.ArgumentParser):
    """argparse, with its errors in one line of ours."""

    def error(self, message: str) -> None:  # type: ignore[override]
        if slip := INVALID_CHOICE.search(message):
            valid = re.findall(r"'([^']*)'", slip["valid"])
            raise UnknownName(slip["what"].lower(), slip["word"], valid, self.prog)
        raise UsageError(message, f"See: {self.prog} --help")


@dataclass(frozen=True)
class About:
    """What `--help` says of a command."""

    summary: str
    """One line in the list of commands."""
    does: str
    """What it does, in at most three lines."""
    example: str
    """One command line; empty for what nobody types."""


class Command(Protocol):
    """A module of this room: a command, or a verb of a noun. `run` prints the result, and raises what went wrong."""

    ABOUT: About

    def add(self, command: Parser) -> None:
        """The arguments."""

    def run(self, checkout: Checkout, arguments: argparse.Namespace) -> None:
        """Do it."""


class Anywhere(Protocol):
    """A command that needs no checkout."""

    ABOUT: About

    def add(self, command: Parser) -> None:
        """The arguments."""

    def run_anywhere(self, arguments: argparse.Namespace) -> None:
        """Do it."""


@dataclass(frozen=True)
class Noun:
    """What commands are about, and what can be done with it."""

    summary: str
    verbs: Mapping[str, Command | Anywhere]


class Commands(Protocol):
    """What `add_subparsers` returns."""

    def add_parser(self, name: str, **options: Any) -> Parser: ...


def add_noun(commands: Commands, name: str, noun: Noun) -> None:
    """Add a noun with all of its verbs."""
    parser = commands.add_parser(name, help=noun.summary, description=f"{noun.summary[0].upper()}{noun.summary[1:]}.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB", parser_class=Parser)
    for verb, command in noun.verbs.items():
        add_command(verbs, verb, command)


def add_command(commands: Commands, name: str, command: Command | Anywhere) -> None:
    """Add a command; its parser's default `run_command` runs it with what was parsed."""
    about = command.ABOUT
    parser = commands.add_parser(
        name,
        help=about.summary,
        description=about.does.replace("%", "%%"),
        epilog=f"example: {about.example}" if about.example else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add(parser)
    parser.set_defaults(run_command=_start(command))


def _start(command: Command | Anywhere) -> Callable[[argparse.Namespace], None]:
    if hasattr(command, "run_anywhere"):
        return command.run_anywhere

    def start(arguments: argparse.Namespace) -> None:
        checkout = find_checkout()
        check_merged(checkout.root)
        command.run(checkout, arguments)

    return start


def completes(action: argparse.Action, what: str) -> None:
    """Tell completion what an argument names."""
    action.completes = what  # type: ignore[attr-defined]


def engine_option(command: argparse.ArgumentParser) -> None:
    """--engine, of every command that starts a container."""
    option = command.add_argument(
        "--engine", help="podman, docker or venv (also: REMODEL_ENGINE); none: the first that works"
    )
    completes(option, ENGINE)


def json_option(command: argparse.ArgumentParser) -> None:
    """--json, of every command that answers something."""
    command.add_argument("--json", action="store_true", help="as JSON on standard output")


def tell(line: str) -> None:
    """A line of progress: on standard error, for the answer stands on standard output."""
    print(line, file=sys.stderr, flush=True)


def count(text: str) -> int:
    """A number of 1 or more."""
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of 1 or more")
    return int(text)

"""What the grammars of the commands share."""

from __future__ import annotations

import argparse
import re
from typing import Protocol

from remodel.checkout import Checkout
from remodel.errors import UnknownName, UsageError

INVALID_CHOICE = re.compile(r"argument (?P<what>\S+): invalid choice: '(?P<word>[^']*)' \(choose from (?P<valid>.*)\)$")
"""What argparse says of a word that is none of those that it knows."""


class Parser(argparse.ArgumentParser):
    """argparse, with its errors in one line of ours."""

    def error(self, message: str) -> None:  # type: ignore[override]
        if slip := INVALID_CHOICE.search(message):
            valid = re.findall(r"'([^']*)'", slip["valid"])
            raise UnknownName(slip["what"].lower(), slip["word"], valid, self.prog)
        raise UsageError(message, f"See: {self.prog} --help")


class Commands(Protocol):
    """What `add_subparsers` returns."""

    def add_parser(self, name: str, *, help: str) -> Parser: ...


class Command(Protocol):
    """A module of this room. `run` prints the command's result, and raises what went wrong."""

    def add(self, commands: Commands) -> None: ...
    def run(self, checkout: Checkout, arguments: argparse.Namespace) -> None: ...


def engine_option(command: argparse.ArgumentParser) -> None:
    """--engine, of every command that starts a container."""
    command.add_argument("--engine", help="podman, docker or venv (also: REMODEL_ENGINE); none: the first that works")


def json_option(command: argparse.ArgumentParser) -> None:
    """--json, of every command that answers something."""
    command.add_argument("--json", action="store_true", help="as JSON on standard output")


def count(text: str) -> int:
    """A number of 1 or more."""
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of 1 or more")
    return int(text)

"""`remodel environment lock`: solve environments again."""

from __future__ import annotations

import argparse

from remodel.checkout import Checkout
from remodel.cli.parsing import ENVIRONMENT, About, Parser, completes

ABOUT = About(
    "solve environments again and write their conda-lock.yml",
    "Solves each environment.yml and writes the lock beside it. What the file does not pin stays as the old lock has\n"
    "it, and a lock whose file did not change stays byte for byte, unless --upgrade is given.",
    "remodel environment lock sklearn-1.5",
)


def add(command: Parser) -> None:
    """The arguments."""
    names = command.add_argument("environment", nargs="*", help="names such as sklearn-1.5, or control; none: all")
    completes(names, ENVIRONMENT)
    command.add_argument("--upgrade", action="store_true", help="take what environment.yml does not pin anew")


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.environments.environment import environment_names
    from remodel.environments.locking import CONTROL, lock
    from remodel.errors import UnknownName

    known = [*environment_names(checkout), CONTROL]
    for name in arguments.environment:
        if name not in known:
            raise UnknownName("environment", name, known)
    for name in arguments.environment or known:
        lock(checkout, name, lambda line: print(line, flush=True), arguments.upgrade)

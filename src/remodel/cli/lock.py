"""`remodel lock`: solve environments again."""

from __future__ import annotations

import argparse

from remodel.checkout import Checkout
from remodel.cli.parsing import Commands


def add(commands: Commands) -> None:
    """The grammar."""
    command = commands.add_parser("lock", help="solve environments again and write their conda-lock.yml")
    command.add_argument("environment", nargs="*", help="names such as sklearn-1.5, or control; none: all")
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

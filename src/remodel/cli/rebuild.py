"""`remodel rebuild`: bring stages up to date in parallel, with a display or with JSON lines."""

from __future__ import annotations

import argparse

from remodel.checkout import Checkout
from remodel.cli.parsing import STAGE, About, Parser, completes, count, engine_option

ABOUT = About(
    "bring stages up to date, in parallel, as dvc repro would",
    "Builds what is out of date, several models at once, and leaves the dvc.lock that `dvc repro` leaves.\n"
    "A target is a stage, a model, an environment or MODEL@ENVIRONMENT; without one it is everything.",
    "remodel rebuild credit_mlp -j 2",
)


def add(command: Parser) -> None:
    """The arguments."""
    target = command.add_argument("target", nargs="*", help="none: everything")
    completes(target, STAGE)
    command.add_argument("-j", "--jobs", type=count, help="builds at once; none: as many as there are cores")
    command.add_argument("-k", "--keep-going", action="store_true", help="build what does not need a stage that failed")
    command.add_argument("-n", "--dry-run", action="store_true", help="say what is out of date, and build nothing")
    command.add_argument("--json", action="store_true", help="one JSON line an event on standard output")
    engine_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.display.choose import choose_reporter
    from remodel.rebuild.command import rebuild
    from remodel.rebuild.plan import Request

    request = Request(tuple(arguments.target), arguments.jobs, arguments.keep_going, arguments.engine)
    if arguments.dry_run:
        from remodel.rebuild.rebuilding import dry_run

        dry_run(checkout, request, print)
        return
    with choose_reporter(json=arguments.json) as reporter:
        rebuild(checkout, request, reporter)

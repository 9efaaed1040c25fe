"""`python -m profiles propose` and `python -m profiles show`."""

from __future__ import annotations

import argparse
import sys

from container import program
from container.program import Command
from container.progress import Progress


def _propose(arguments: argparse.Namespace, progress: Progress) -> None:
    from profiles import propose

    with progress.phase("load"):
        propose.run(arguments.request, arguments.file, arguments.out)


def _show(arguments: argparse.Namespace, progress: Progress) -> None:
    from profiles import show

    with progress.phase("load"):
        show.run(arguments.snapshot, arguments.out)


COMMANDS = {
    "propose": Command(_propose, "find out how a file is written and what its columns are", ("request", "file")),
    "show": Command(_show, "describe a snapshot, in numbers and pictures", ("snapshot",)),
}

if __name__ == "__main__":
    sys.exit(program.main("profiles", COMMANDS))

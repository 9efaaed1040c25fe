"""`python -m pickles inspect`."""

from __future__ import annotations

import argparse
import sys

from container import program
from container.program import Command
from container.progress import Progress


def _inspect(arguments: argparse.Namespace, progress: Progress) -> None:
    from pickles import fleet

    with progress.phase("load"):
        fleet.run(arguments.files, arguments.out, progress)


COMMANDS = {"inspect": Command(_inspect, "say what pickles hold, without loading them", ("files",))}

if __name__ == "__main__":
    sys.exit(program.main("pickles", COMMANDS))

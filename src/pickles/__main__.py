"""`python -m pickles inspect | recipe`."""

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


def _recipe(arguments: argparse.Namespace, progress: Progress) -> None:
    from pickles import recipe

    with progress.phase("load"):
        recipe.run(arguments.files, arguments.out)


COMMANDS = {
    "inspect": Command(_inspect, "say what pickles hold, without loading them", ("files",)),
    "recipe": Command(_recipe, "say the recipe that made a pickled model", ("files",)),
}

if __name__ == "__main__":
    sys.exit(program.main("pickles", COMMANDS))

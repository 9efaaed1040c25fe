"""`python -m builder train`: one model, from a recipe and a snapshot."""

from __future__ import annotations

import argparse
import sys

from container import program
from container.program import Command
from container.progress import Progress


def _train(arguments: argparse.Namespace, progress: Progress) -> None:
    from builder import train

    paths = (arguments.recipe, arguments.snapshot, arguments.environment, arguments.trust, arguments.out)
    train.build(*paths, progress)


COMMANDS = {"train": Command(_train, "build one model", ("recipe", "snapshot", "environment", "trust"))}

if __name__ == "__main__":
    sys.exit(program.main("builder", COMMANDS))

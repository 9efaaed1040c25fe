"""`python -m snapshots take`: pins one dataset."""

from __future__ import annotations

import argparse
import sys

from container import program
from container.program import Command
from container.progress import Progress


def _take(arguments: argparse.Namespace, progress: Progress) -> None:
    from snapshots import snapshot

    snapshot.take(arguments.request, arguments.file, arguments.out, progress)


COMMANDS = {"take": Command(_take, "pin a dataset: bytes, schema and folds", ("request", "file?"))}

if __name__ == "__main__":
    sys.exit(program.main("snapshots", COMMANDS))

"""A program inside a container: its commands, each with the files that it reads and the folder that it fills.

Exit codes: 0 fine, 2 wrong command line, 3 an error of the user (described in error.json), 1 a crash.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

from container.guard import guarded
from container.progress import Progress, private_stdout


@dataclass(frozen=True)
class Command:
    """`run` gets the parsed arguments and the progress. Each of `paths` is a required option, and so is `out`; those
    that end with "?" may be left out."""

    run: Callable[[argparse.Namespace, Progress], None]
    help: str
    paths: tuple[str, ...] = ()
    options: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Further options by name, with what `add_argument` takes."""


def parser(name: str, commands: dict[str, Command]) -> argparse.ArgumentParser:
    """The grammar of `python -m NAME COMMAND --PATH ... --out ...`."""
    top = argparse.ArgumentParser(prog=f"python -m {name}")
    parsers = top.add_subparsers(required=True, dest="command")
    for word, command in commands.items():
        own = parsers.add_parser(word, help=command.help)
        for path in (*command.paths, "out"):
            own.add_argument(f"--{path.rstrip('?')}", type=Path, required=not path.endswith("?"))
        for option, rules in command.options.items():
            own.add_argument(f"--{option}", **rules)
    return top


def main(name: str, commands: dict[str, Command], argv: Optional[Sequence[str]] = None) -> int:
    """Run one command; an error of the user becomes error.json and exit code 3."""
    arguments = parser(name, commands).parse_args(argv)
    progress = Progress(private_stdout())
    return guarded(arguments.out, lambda: commands[arguments.command].run(arguments, progress))

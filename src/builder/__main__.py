"""The command line inside the container: what to build, from which inputs, into which folder.

Exit codes: 0 fine, 2 wrong command line, 3 an error of the user (described in error.json), 1 a crash.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Optional, Sequence

from builder import files
from builder.errors import EXIT_CODE, BuilderError, build_error, storage_error
from builder.progress import Progress, private_stdout


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Run one command; an error of the user becomes error.json and exit code 3."""
    arguments = _parser().parse_args(argv)
    progress = Progress(private_stdout())
    try:
        arguments.run(arguments, progress)
    except BuilderError as error:
        return _fail(arguments.out, error)
    except MemoryError:
        return _fail(arguments.out, build_error("not enough memory", "Give the build more memory, or use less data"))
    except OSError as error:
        return _fail(arguments.out, storage_error(error))
    return 0


def _snapshot(arguments: argparse.Namespace, progress: Progress) -> None:
    from builder import snapshot

    snapshot.take(arguments.request, arguments.files, arguments.out, progress)


def _train(arguments: argparse.Namespace, progress: Progress) -> None:
    from builder import train

    paths = (arguments.recipe, arguments.snapshot, arguments.environment, arguments.trust, arguments.out)
    train.build(*paths, progress)


def _diff(arguments: argparse.Namespace, progress: Progress) -> None:
    from builder import diff

    diff.write(arguments.left, arguments.right, arguments.out)


def _measure(arguments: argparse.Namespace, progress: Progress) -> None:
    from builder import measure

    measure.run(arguments.runtime, arguments.model, arguments.snapshot, arguments.out)


def _fail(out: Path, error: BuilderError) -> int:
    """Write error.json; where even that is impossible, say it on standard error."""
    try:
        files.write_json(out / "error.json", error.document())
    except OSError:
        print(f"remodel-builder: {error.message}. {error.advice}", file=sys.stderr)
    return EXIT_CODE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m builder", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, dest="command")
    _add(commands, "snapshot", _snapshot, "pin a dataset: bytes, schema and folds", ("request", "files", "out"))
    _add(commands, "train", _train, "build one model", ("recipe", "snapshot", "environment", "trust", "out"))
    _add(commands, "diff", _diff, "name what differs between two builds", ("left", "right", "out"))
    _add(commands, "measure", _measure, "time a model that is built", ("model", "snapshot", "out"))
    commands.choices["measure"].add_argument("--runtime", choices=("skops", "onnx"), required=True)
    return parser


def _add(commands, name, run, help, options) -> None:
    command = commands.add_parser(name, help=help)
    for option in options:
        command.add_argument(f"--{option}", type=Path, required=True)
    command.set_defaults(run=run)


if __name__ == "__main__":
    sys.exit(main())

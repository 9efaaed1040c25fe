"""The command line inside the container: what to build, from which inputs, into which folder.

Exit codes: 0 fine, 2 wrong command line, 3 an error of the user (described in error.json), 1 a crash.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Optional, Sequence

from builder import files
from builder.guard import guarded
from builder.progress import Progress, private_stdout


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Run one command; an error of the user becomes error.json and exit code 3."""
    arguments = _parser().parse_args(argv)
    progress = Progress(private_stdout())
    return guarded(arguments.out, lambda: arguments.run(arguments, progress))


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

    measure.run(arguments.runtime, arguments.model, arguments.snapshot, arguments.trust, arguments.out)


def _batch(arguments: argparse.Namespace, progress: Progress) -> None:
    from builder import batch

    told = batch.Told(arguments.snapshots, arguments.environment, arguments.trust)
    batch.build_all(arguments.recipes, told, arguments.out, progress)


def _warm(arguments: argparse.Namespace, progress: Progress) -> None:
    from builder import warm

    warm.serve(arguments.requests, arguments.out, progress)


def _parameters(arguments: argparse.Namespace, progress: Progress) -> None:
    from builder import allowed, documents
    from builder.compat import signatures

    content = documents.spelled("parameters", signatures.document(allowed.SKLEARN_MODULES))
    files.write_bytes(arguments.out / "parameters.json", content)


def _predict(arguments: argparse.Namespace, progress: Progress) -> None:
    from builder import predict

    predict.run(arguments.runtime, arguments.model, arguments.rows, arguments.trust, arguments.out)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m builder", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, dest="command")
    _add(commands, "snapshot", _snapshot, "pin a dataset: bytes, schema and folds", ("request", "files", "out"))
    _add(commands, "train", _train, "build one model", ("recipe", "snapshot", "environment", "trust", "out"))
    options = ("recipes", "snapshots", "environment", "trust", "out")
    _add(commands, "batch", _batch, "build many models", options)
    _add(commands, "warm", _warm, "build the models asked for on standard input", ("requests", "out"))
    _add(commands, "parameters", _parameters, "list the estimators, their parameters and defaults", ("out",))
    _add(commands, "diff", _diff, "name what differs between two builds", ("left", "right", "out"))
    _add(commands, "measure", _measure, "time a model that is built", ("model", "snapshot", "trust", "out"))
    _add(commands, "predict", _predict, "answer the rows of a file", ("model", "rows", "trust", "out"))
    for name in ("measure", "predict"):
        commands.choices[name].add_argument("--runtime", choices=("skops", "onnx"), required=True)
    return parser


def _add(commands, name, run, help, options) -> None:
    command = commands.add_parser(name, help=help)
    for option in options:
        command.add_argument(f"--{option}", type=Path, required=True)
    command.set_defaults(run=run)


if __name__ == "__main__":
    sys.exit(main())

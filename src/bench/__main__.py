"""`python -m bench COMMAND`: warm and batch build models, the others ask finished ones."""

from __future__ import annotations

import argparse
import sys

from container import program
from container.program import Command
from container.progress import Progress
from contract import files

RUNTIME = {"runtime": {"choices": ("skops", "onnx"), "required": True}}


def _warm(arguments: argparse.Namespace, progress: Progress) -> None:
    from bench import warm

    warm.serve(arguments.requests, arguments.out, progress)


def _batch(arguments: argparse.Namespace, progress: Progress) -> None:
    from bench import batch

    shared = batch.Shared(arguments.snapshots, arguments.environment, arguments.trust)
    batch.build_all(arguments.recipes, shared, arguments.out, progress)


def _diff(arguments: argparse.Namespace, progress: Progress) -> None:
    from bench import diff

    diff.write(arguments.left, arguments.right, arguments.out)


def _measure(arguments: argparse.Namespace, progress: Progress) -> None:
    from bench import measure

    measure.run(arguments.runtime, arguments.model, arguments.snapshot, arguments.trust, arguments.out)


def _predict(arguments: argparse.Namespace, progress: Progress) -> None:
    from bench import predict

    predict.run(arguments.runtime, arguments.model, arguments.rows, arguments.trust, arguments.out)


def _examples(arguments: argparse.Namespace, progress: Progress) -> None:
    from container import cpu

    cpu.pin(threads=1)
    from bench import receiver

    receiver.write(arguments.models, arguments.out)


def _parameters(arguments: argparse.Namespace, progress: Progress) -> None:
    from builder import allowed
    from builder.compat import signatures
    from container import documents

    content = documents.to_bytes("parameters", signatures.document(allowed.SKLEARN_MODULES))
    files.write_bytes(arguments.out / "parameters.json", content)


COMMANDS = {
    "warm": Command(_warm, "build the models asked for on standard input", ("requests",)),
    "batch": Command(_batch, "build many models", ("recipes", "snapshots", "environment", "trust")),
    "diff": Command(_diff, "name what differs between two builds", ("left", "right")),
    "measure": Command(_measure, "time a model that is built", ("model", "snapshot", "trust"), RUNTIME),
    "predict": Command(_predict, "answer the rows of a file", ("model", "rows", "trust"), RUNTIME),
    "examples": Command(_examples, "answer the example of every model in a folder", ("models",)),
    "parameters": Command(_parameters, "list the estimators, their parameters and defaults"),
}

if __name__ == "__main__":
    sys.exit(program.main("bench", COMMANDS))

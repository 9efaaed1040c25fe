"""The command line inside the container: asks every model in a folder its example, and writes what it answers.

Exit codes: 0 fine, 3 an error of the user (described in error.json), 1 a crash.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Optional, Sequence

from builder import cpu, files
from builder.errors import EXIT_CODE, BuilderError, storage_error


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Write answers.json; an error of the user becomes error.json and exit code 3."""
    arguments = _parser().parse_args(argv)
    try:
        cpu.pin(threads=1)
        from receiver import answers

        files.write_json(arguments.out / "answers.json", answers.of_all(arguments.models))
    except BuilderError as error:
        return _fail(arguments.out, error)
    except OSError as error:
        return _fail(arguments.out, storage_error(error))
    return 0


def _fail(out: Path, error: BuilderError) -> int:
    files.write_json(out / "error.json", error.document())
    return EXIT_CODE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m receiver", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--models", type=Path, required=True, help="a folder a model: example.json, trust.json, model.*"
    )
    parser.add_argument("--out", type=Path, required=True)
    return parser


if __name__ == "__main__":
    sys.exit(main())

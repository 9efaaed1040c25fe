"""Runs one command so that an error of the user ends in error.json and an exit code, never in a traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from container.errors import BuilderError, machine_error, storage_error
from contract import LAST_WORDS, USER_ERROR, files


def guarded(out: Path, command: Callable[[], None]) -> int:
    """The exit code of `command`: 0, or USER_ERROR with its error in `out`/error.json. Other exceptions go on."""
    try:
        command()
    except BuilderError as error:
        return fail(out, error)
    except MemoryError:
        return fail(out, machine_error("not enough memory", "Give the build more memory, or use less data"))
    except OSError as error:
        return fail(out, storage_error(error))
    return 0


def fail(out: Path, error: BuilderError) -> int:
    """Write error.json; where even that is impossible, say it on standard error."""
    try:
        files.write_json(out / "error.json", error.document())
    except OSError:
        print(f"{LAST_WORDS}{error.message}. {error.advice}", file=sys.stderr)
    return USER_ERROR

"""Runs one command so that an error of the user ends in error.json and an exit code, never in a traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Optional

from container.errors import BuilderError, memory_error, storage_error
from container.memory import ran_out
from contract import LAST_WORDS, USER_ERROR, files


def guarded(out: Path, command: Callable[[], None]) -> int:
    """The exit code of `command`: 0, or USER_ERROR with its error in `out`/error.json. Other exceptions go on."""
    try:
        command()
    except Exception as error:
        if (described := _described(error)) is None:
            raise
        return fail(out, described)
    return 0


def _described(error: Exception) -> Optional[BuilderError]:
    """An exception as the error of a user; None where it is a defect."""
    if ran_out(error):
        return memory_error()
    if isinstance(error, BuilderError):
        return error
    return storage_error(error) if isinstance(error, OSError) else None


def fail(out: Path, error: BuilderError) -> int:
    """Write error.json; where even that is impossible, say it on standard error."""
    try:
        files.write_json(out / "error.json", error.document())
    except OSError:
        print(f"{LAST_WORDS}{error.message}. {error.advice}", file=sys.stderr)
    return USER_ERROR

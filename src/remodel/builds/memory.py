"""Want of memory: how a build that took more than its limit shows, and what its user is told.

It says something about the limit and nothing about the model, so it is never recorded as the model's failure.
"""

from __future__ import annotations

import contextlib
import re
import signal
from collections.abc import Iterator

from remodel.engines.engine import OutOfMemory
from remodel.errors import BuildError, RemodelError
from remodel.recipes.resources import MemoryLimit

KIND = "memory"
"""What a job calls the error (contract kind "error")."""

ABORTED = 128 + signal.SIGABRT

WORDS = re.compile(
    r"bad_alloc|bad allocation|MemoryError|cannot allocate memory|out of memory|not enough memory", re.IGNORECASE
)
"""What the last line of a job says that crashed for want of memory."""


def crashed_for_memory(code: int, line: str) -> bool:
    """Whether a crash is for want of memory: an abort without a word is what C libraries end with then."""
    return bool(WORDS.search(line)) or (code == ABORTED and not line)


@contextlib.contextmanager
def within(limit: MemoryLimit | None, model: str) -> Iterator[None]:
    """Turn want of memory into an error that names the model, its limit and where that stands.

    A crash may be for want of memory without saying so: then the limit is told beside it.
    """
    try:
        yield
    except RemodelError as error:
        if limit is None:
            raise
        if error.kind == KIND or isinstance(error, OutOfMemory):
            raise exceeded(limit, model) from error
        if isinstance(error, BuildError) and not error.kind:
            error.advice += f". {limit.where} allows it {limit.text} of memory, which may be too little"
        raise


def exceeded(limit: MemoryLimit, model: str) -> BuildError:
    """The error of a build that needed more than its limit."""
    message = f"{model} needs more than the {limit.text} of memory that {limit.where} allows it"
    error = BuildError(message, "Raise resources.memory there")
    error.kind = KIND
    return error

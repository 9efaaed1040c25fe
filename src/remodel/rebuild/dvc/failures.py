"""DVC's errors as ours: one line each, with what to do next."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator

from remodel.errors import RemodelError, StorageError, UsageError
from remodel.files import ADVICE as STORAGE
from remodel.files import as_storage_error

BUSY = re.compile(r"\(PID (?P<pid>\d+)\): (?P<cmd>.*)")
"""How DVC names the process that works on what somebody else wants."""


@contextlib.contextmanager
def dvc_errors(doing: str = "") -> Iterator[None]:
    """Turn what DVC raises into a RemodelError; `doing` says at which stage."""
    from dvc.exceptions import DvcException

    try:
        yield
    except DvcException as error:
        raise as_ours(error, doing) from error
    except OSError as error:
        raise as_storage_error(error) from error


def as_ours(error: Exception, doing: str = "") -> RemodelError:
    """The RemodelError for an exception of DVC's: who holds its lock, what is wrong in dvc.yaml, or the disk."""
    from dvc.exceptions import CyclicGraphError
    from dvc.lock import LockError

    text = message(error)
    if isinstance(error, CyclicGraphError):
        return UsageError(f"dvc.yaml has a cycle: {text}", "Take away a dependency that closes it")
    where = f"{doing}: " if doing else ""
    again = "Wait for it to end, and run the same command again"
    if isinstance(error, LockError):
        if busy := BUSY.search(str(error)):
            return RemodelError(f"process {busy['pid']} works on the same files: {busy['cmd']}", again)
        return RemodelError("another DVC command holds the lock of this checkout", again)
    if any(os.strerror(number) in text for number in STORAGE):
        return StorageError(f"{where}{text}", "Mend it and run the same command again: what is built stays")
    return UsageError(f"{where}{text}", "Mend dvc.yaml or what it names, and run the same command again")


def message(error: BaseException) -> str:
    """One line: an exception's first one, and its cause's where that says more."""
    lines = [" ".join(str(error).split())]
    cause = error.__cause__ or error.__context__
    if cause is not None and str(cause).strip() and str(cause).split("\n")[0] not in lines[0]:
        lines.append(" ".join(str(cause).split()))
    return ": ".join(line.rstrip(".") for line in lines)[:500]

"""Every error that a user can cause: what is wrong, with which value, what to do next, and the exit code."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class RemodelError(Exception):
    """Base of the family. Only the command line prints it, in one line and without a traceback."""

    exit_code = 1

    kind = ""
    """What a job itself called the error (contract kind "error"); empty where the host found it."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        if not self.advice:
            return self.message
        stop = "" if self.message.endswith("?") else "."
        return f"{self.message.rstrip('.')}{stop} {self.advice}"


class UsageError(RemodelError):
    """The command line, a YAML file or params.yaml asks for something that does not exist."""

    exit_code = 2


class UnknownName(UsageError):
    """A name that is not one of the valid choices."""

    def __init__(self, kind: str, name: str, valid: Iterable[str], where: str = "") -> None:
        self.kind, self.name, self.valid = kind, name, sorted(valid)
        near = difflib.get_close_matches(name, self.valid, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        place = f" in {where}" if where else ""
        super().__init__(f"unknown {kind} {name!r}{place}: {hint}valid: {', '.join(self.valid)}")


class DataError(RemodelError):
    """A dataset is not what its YAML file, its schema or its sha256 says."""

    exit_code = 3


class BuildError(RemodelError):
    """A model could not be built from its recipe."""

    exit_code = 4


class EngineError(RemodelError):
    """A container engine is missing, not running, or ended in the middle of a build."""

    exit_code = 5


class LockError(RemodelError):
    """A lock is missing, stale, edited by hand, or does not match what was downloaded."""

    exit_code = 6


class StorageError(RemodelError):
    """A file or folder cannot be read or written: full disk, permissions, damaged file."""

    exit_code = 7


class VerificationError(RemodelError):
    """A model built again has other bytes than the one it is compared with, or a release is not what it says."""

    exit_code = 8

    def __init__(self, message: str, advice: str = "Do not use it: fetch it again, or ask who published it") -> None:
        super().__init__(message, advice)


class GateClosed(RemodelError):
    """A model that has to move to the release environment may not."""

    exit_code = 9


class PublishError(RemodelError):
    """A destination refuses a release, cannot be reached, or holds another one under the same version."""

    exit_code = 10


def error_class(exit_code: int) -> type[RemodelError] | None:
    """The class whose exit code a process of ours ended with; None where no class has it."""
    return next((kind for kind in RemodelError.__subclasses__() if kind.exit_code == exit_code), None)


INTERRUPTED = 130
"""Exit code after Ctrl-C or SIGTERM, as shells report SIGINT."""

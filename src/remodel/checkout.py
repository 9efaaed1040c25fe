"""Where everything stands: the folders of one checkout, and this user's cache of wheels and bases.

What is read of a checkout again and again, such as params.yaml, is kept in it until a file changes
(docs/decisions/0016-readings-kept-by-stat.md).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from stat import S_ISDIR
from typing import Any, Concatenate, ParamSpec, TypeVar

from remodel.errors import UsageError

P = ParamSpec("P")
Value = TypeVar("Value")

Looks = tuple[tuple[str, int, int, int, int], ...]
"""Path, number, size, and times of the last change (content, inode; nanoseconds) of files and folders."""

YOUNG_NS = 2_000_000_000
"""A file changed so short a time ago may change again without looking different: some file systems tell time in
steps of two seconds. What is read of it is not kept."""


@dataclass(frozen=True)
class Checkout:
    """The folders of one checkout. `docs/files.md` describes every file in them."""

    root: Path
    _readings: dict[Any, tuple[Looks, Any]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def conf(self) -> Path:
        return self.root / "conf"

    @property
    def params(self) -> Path:
        return self.root / "params.yaml"

    @property
    def docker(self) -> Path:
        return self.root / "docker"

    @property
    def source(self) -> Path:
        return self.root / "src"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def recipes(self) -> Path:
        return self.root / "recipes"

    @property
    def models(self) -> Path:
        return self.root / "models"

    @property
    def metrics(self) -> Path:
        return self.root / "metrics"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def release(self) -> Path:
        return self.root / "release"

    @property
    def experiments(self) -> Path:
        """What `python -m train` builds: not tracked by DVC."""
        return self.root / "experiments"

    @property
    def zoo(self) -> Path:
        """The declaration of what every environment has to build, and its data."""
        return self.root / "tests" / "zoo"

    @property
    def history(self) -> Path:
        """What every environment says of its estimators' parameters, for the builder."""
        return self.source / "builder" / "compat" / "history.json"

    @property
    def state(self) -> Path:
        """Volatile and private: logs, build records, unfinished outputs. Never tracked."""
        return self.root / ".remodel"


def once_a_checkout(
    files: Callable[Concatenate[Checkout, P], Iterable[Path]],
) -> Callable[[Callable[Concatenate[Checkout, P], Value]], Callable[Concatenate[Checkout, P], Value]]:
    """Have a function of a checkout read once: its value is kept in the checkout while none of `files` changes.

    `files` names, for the same arguments, everything that the function reads; a folder counts with all that is below
    it. The value is shared by all callers, so it must be one that nobody changes. Errors are not kept.
    """

    def decorate(read: Callable[Concatenate[Checkout, P], Value]) -> Callable[Concatenate[Checkout, P], Value]:
        @wraps(read)
        def kept(checkout: Checkout, /, *args: P.args, **kwargs: P.kwargs) -> Value:
            key = (read, args, tuple(sorted(kwargs.items())))
            # Before the reading: a change in between makes the next look another one.
            looks = tuple(look for path in files(checkout, *args, **kwargs) for look in _looks(str(path)))
            if key in checkout._readings and checkout._readings[key][0] == looks:
                known: Value = checkout._readings[key][1]
                return known
            value = read(checkout, *args, **kwargs)
            if _is_settled(looks):
                checkout._readings[key] = (looks, value)
            return value

        return kept

    return decorate


def _looks(path: str) -> Iterator[tuple[str, int, int, int, int]]:
    """What a file, or everything below a folder, looks like; bytecode left out."""
    names: list[str] = []
    number = size = modified = changed = 0
    with suppress(OSError):  # what cannot be looked at is an error of who reads it
        stat = os.stat(path)  # noqa: PTH116 (a Path for each of hundreds of files takes as long as the rest)
        if S_ISDIR(stat.st_mode):
            with os.scandir(path) as entries:
                names = sorted(entry.path for entry in entries if entry.name != "__pycache__")
        else:
            number, size, modified, changed = stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns
    yield (path, number, size, modified, changed)
    for name in names:
        yield from _looks(name)


def _is_settled(looks: Looks) -> bool:
    """Whether every change is long enough ago to be told from a next one."""
    newest = max((max(modified, changed) for _, _, _, modified, changed in looks), default=0)
    return newest < time.time_ns() - YOUNG_NS


def find_checkout(start: Path | None = None) -> Checkout:
    """The checkout around `start` (the current folder): the nearest one with params.yaml and conf/."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "params.yaml").is_file() and (folder / "conf").is_dir():
            return Checkout(folder)
    raise UsageError(f"{here} is not inside a remodel checkout", "Change to the folder that holds params.yaml")


def cache_folder() -> Path:
    """Locked wheel trees and bases, shared by all checkouts: REMODEL_CACHE, or the user's cache folder."""
    if chosen := os.environ.get("REMODEL_CACHE"):
        return Path(chosen).expanduser().resolve()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "remodel"

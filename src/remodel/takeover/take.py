"""Take what a job left into a folder of ours, and see it on the disk before anybody calls it finished."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from remodel.files import storage_errors
from remodel.takeover.expected import Expected
from remodel.takeover.left import Left

AT_ONCE = 8
"""Files that are on their way to the disk together: the journal takes them all at once, in a fourth of the time."""


def take_over(left: Left, target: Path, expected: Expected) -> Path:
    """Make the folder `target` with what is expected of a job, and return it. Raises BuildError and StorageError."""
    with storage_errors(target, "write"):
        target.mkdir()
    expected.take(left, target)
    with storage_errors(target, "write"):
        list(_threads().map(_to_disk, [path for path in target.rglob("*") if path.is_file()]))
    return target


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="disk")

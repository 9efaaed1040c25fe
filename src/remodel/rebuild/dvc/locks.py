"""DVC's lock on files, `.dvc/tmp/rwlock`: who reads and who writes what, as long as the process lives."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import psutil


@contextlib.contextmanager
def reading(repo: Any, paths: Iterable[str]) -> Iterator[None]:
    """Hold these paths as a reader: whoever wants to write there is told who holds them, whoever reads goes on.

    A rebuild writes there itself, but is the only one: a writer's entry would refuse `dvc status` for all that time,
    and DVC's own steps, in this process, pass. Entries of processes that are gone are removed first. Raises LockError
    where somebody writes there.
    """
    from dvc.rwlock import RWLOCK_FILE, RWLockFileCorruptedError, rwlock

    hardlink = repo.config["core"].get("hardlink_lock", False)
    try:
        _remove_dead(repo, hardlink)
    except RWLockFileCorruptedError:
        # Nobody can write it now: whoever did was killed in the middle, and DVC would refuse for ever.
        Path(repo.tmp_dir, RWLOCK_FILE).unlink()
    # As DVC itself names the process that holds a lock.
    command = " ".join(sys.argv)
    with rwlock(repo.tmp_dir, repo.fs, command, sorted(paths), [], hardlink):
        yield


def _remove_dead(repo: Any, hardlink: bool) -> None:
    """Remove what killed processes have left. DVC removes only what is in its own way: readers stay for ever."""
    from dvc.rwlock import RWLOCK_FILE, _edit_rwlock

    if not Path(repo.tmp_dir, RWLOCK_FILE).is_file():
        return
    with _edit_rwlock(repo.tmp_dir, repo.fs, hardlink) as lock:
        for path, readers in list(lock["read"].items()):
            lock["read"][path] = [reader for reader in readers if _is_alive(reader["pid"])]
            if not lock["read"][path]:
                del lock["read"][path]
        for path, writer in list(lock["write"].items()):
            if not _is_alive(writer["pid"]):
                del lock["write"][path]


def _is_alive(process: int) -> bool:
    """Whether another process of this number works. Our own holds nothing yet: what bears its number is older."""
    if process == os.getpid():
        return False
    try:
        return bool(psutil.Process(process).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True

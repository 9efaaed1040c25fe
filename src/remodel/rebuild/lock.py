"""One rebuild at a time in a checkout: the second says who holds it, and waits."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from filelock import FileLock, Timeout

from remodel.checkout import Checkout
from remodel.files import storage_errors, write_bytes

POLL_SECONDS = 0.1
"""How often one who waits looks whether the checkout is free."""


@contextlib.contextmanager
def holding(checkout: Checkout, say: Callable[[str], None]) -> Iterator[bool]:
    """Hold the checkout; whether it had to be waited for. The system lets go of it when the process ends, however."""
    path = checkout.state / "rebuild" / "lock"
    holder = path.with_name("holder")  # the lock's own file is emptied by whoever takes it
    with storage_errors(path, "write"):
        path.parent.mkdir(parents=True, exist_ok=True)
    # Where flock(2) is missing, the file alone would be the lock, and would stay after a kill.
    lock = FileLock(path, fallback_to_soft=False)
    held = _acquire(lock, blocking=False)
    if waited := held is None:
        say(f"waiting: {_text(holder) or 'another rebuild'} works in this checkout")
        held = _acquire(lock, blocking=True)
    assert held is not None
    with held:
        write_bytes(holder, f"process {os.getpid()} ({' '.join(sys.argv[1:3]) or 'rebuild'})".encode())
        try:
            yield waited
        finally:
            holder.unlink(missing_ok=True)


def _acquire(lock: FileLock, blocking: bool) -> AbstractContextManager[object] | None:
    with storage_errors(Path(lock.lock_file), "write"):
        try:
            return lock.acquire(blocking=blocking, poll_interval=POLL_SECONDS)
        except Timeout:
            return None


def _text(path: Path) -> str:
    with contextlib.suppress(OSError):
        return path.read_text(encoding="utf-8").strip()
    return ""

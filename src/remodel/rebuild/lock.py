"""One rebuild at a time in a checkout: the second says who holds it, and waits."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sys
from collections.abc import Callable, Iterator

from remodel.checkout import Checkout
from remodel.files import storage_errors


@contextlib.contextmanager
def holding(checkout: Checkout, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the checkout. The system lets go of it when the process ends, however it ends."""
    path = checkout.state / "rebuild" / "lock"
    with storage_errors(path, "write"):
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = path.open("a+")
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stream.seek(0)
            say(f"waiting: {stream.read().strip() or 'another rebuild'} works in this checkout")
            fcntl.flock(stream, fcntl.LOCK_EX)
        stream.truncate(0)
        stream.write(f"process {os.getpid()} ({' '.join(sys.argv[1:3]) or 'rebuild'})")
        stream.flush()
        yield
        stream.truncate(0)

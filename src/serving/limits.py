"""Bounds of what a model's file may cost whoever runs it: time of one call, and a process that can be given up.

A call of ONNX Runtime can be told to end between two operators, not inside one, and not while a file is loaded (before
1.31 not even another thread runs then). So a program that must not hang works in a child process.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import traceback
from typing import Callable

SECONDS = 60
"""One call of ONNX Runtime may take so long: for a thousand rows, milliseconds are usual."""

GRACE = 15
"""A child that has not been heard of for SECONDS and so many more is ended."""

MEMORY = 4 << 30
"""Bytes that a child may take, if the machine has twice as much; else half of what it has."""

Alive = Callable[[], None]
"""What a child calls before each piece of its work: it may take SECONDS again."""


class Overrun(Exception):
    """A child process that was ended, or ended by a signal; the message says which."""


def apart(work: Callable[[Alive], int], seconds: float = SECONDS + GRACE) -> int:
    """The exit code of `work`, which runs in a child process with bounded memory. Raises Overrun.

    Where there is no fork (Windows), it runs here, and nothing is bounded.
    """
    if not hasattr(os, "fork"):
        return work(lambda: None)
    sys.stdout.flush()
    sys.stderr.flush()
    heard, alive = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(heard)
        _live(work, alive)
    os.close(alive)
    status = None
    try:
        over = not _wait(heard, seconds)
        if not over:
            status = os.waitpid(child, 0)[1]
    finally:
        os.close(heard)
        if status is None:
            os.kill(child, signal.SIGKILL)
            status = os.waitpid(child, 0)[1]
    if over:
        raise Overrun(f"nothing was heard of it for {seconds:g} seconds")
    if os.WIFSIGNALED(status):
        raise Overrun(f"signal {os.WTERMSIG(status)} ended it")
    return os.WEXITSTATUS(status)


def _live(work: Callable[[Alive], int], alive: int) -> None:
    """A child's life; it never comes back to what its parent was doing."""
    code = 1
    try:
        hold_memory()
        code = work(lambda: os.write(alive, b".") and None)
        sys.stdout.flush()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _wait(heard: int, seconds: float) -> bool:
    """Wait until the other end is closed; False where it was silent for too long."""
    while select.select([heard], [], [], seconds)[0]:
        if not os.read(heard, 1 << 16):
            return True
    return False


def hold_memory() -> None:
    """Hold this process to MEMORY bytes, or half of the machine's memory: beyond, an allocation fails.

    Without effect where the system has no such limit.
    """
    try:
        import resource

        most = min(MEMORY, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2)
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        pass

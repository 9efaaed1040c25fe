"""Asks a registry again where it is busy or a line broke: a few times, within a bounded time, and each time all of it.

An attempt may be several requests (an upload is two, from its beginning), or one whose answer breaks off in the middle
of its body. urllib3 repeats single requests before their body is read: docs/decisions/0018-retries-and-statements.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from urllib3.exceptions import InvalidHeader
from urllib3.util.retry import Retry

from remodel.errors import PublishError

WAITS = (0.5, 1.0, 2.0)
"""Seconds before each further attempt, where the registry does not say how long to wait."""

LONGEST_WAIT = 30.0
"""Seconds. A registry that asks for more patience than this is told about instead."""

BUSY = (429, 500, 502, 503, 504)
"""Statuses that another attempt may not meet."""

Answer = TypeVar("Answer")


class Busy(Exception):
    """An answer, or none, after which the same may be tried again; `wait` in seconds where the registry says so."""

    def __init__(self, error: PublishError, wait: float | None = None) -> None:
        super().__init__(str(error))
        self.error, self.wait = error, wait


def persistently(attempt: Callable[[], Answer]) -> Answer:
    """What `attempt` returns, tried again a few times where the registry is busy. Raises its last PublishError."""
    for wait in WAITS:
        try:
            return attempt()
        except Busy as busy:
            if (busy.wait or 0) > LONGEST_WAIT:
                raise busy.error from busy
            time.sleep(busy.wait if busy.wait is not None else wait)
    try:
        return attempt()
    except Busy as busy:
        raise busy.error from busy


def seconds_of(retry_after: str | None) -> float | None:
    """What a header Retry-After asks for, in seconds or as a date; None where there is none that can be read."""
    try:
        return Retry().parse_retry_after(retry_after) if retry_after else None
    except InvalidHeader:
        return None

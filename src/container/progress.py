"""Tells the host how far a build is: one JSON line a step on standard output, and nothing else there."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterator
from typing import Optional, TextIO

PHASES = ("load", "fold", "fit", "skops", "onnx", "write")


class Progress:
    """Events on a stream, and the seconds that each phase took."""

    def __init__(self, stream: TextIO, about: Optional[dict] = None) -> None:
        """`about` goes into every event: which of several builds on one stream it is of."""
        self._stream = stream
        self._about = about or {}
        self._last: dict = {}
        self.seconds: dict[str, float] = {}

    def report(self, name: str, done: int, total: int) -> None:
        """Say that `done` of `total` parts of a phase are done."""
        event = {"event": "phase", "name": name, "done": done, "total": total, **self._about}
        if event != self._last:
            self._last = event
            self.tell(event)

    def tell(self, event: dict) -> None:
        """Write an event. One call of write(2), so that processes that share the stream do not mix their lines."""
        self._stream.write(json.dumps(event) + "\n")
        self._stream.flush()

    def of(self, request: str) -> Progress:
        """The progress of one of several builds that share the stream."""
        return Progress(self._stream, {"request": request})

    @contextlib.contextmanager
    def phase(self, name: str, total: int = 1) -> Iterator[None]:
        """Report the start and the end of a phase, and take its time."""
        started = time.perf_counter()
        self.report(name, 0, total)
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - started
        self.report(name, total, total)


def private_stdout() -> TextIO:
    """A stream to the real standard output; from now on whatever libraries print there goes to standard error."""
    sys.stdout.flush()
    stream = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return stream

"""One phase of the work, which is told how far it is, and tells the screen that it is shown on."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Protocol


class Canvas(Protocol):
    """What phases are shown on. `lock` is held while a phase changes."""

    lock: threading.RLock

    def moved(self, phase: Phase) -> None: ...
    def end(self, phase: Phase, text: str) -> None: ...


class Phase:
    """How many steps are done, of how many (None: not known), and which part it is at."""

    def __init__(self, canvas: Canvas, name: str, total: int | None) -> None:
        self._canvas = canvas
        self.name, self.total, self.done, self.part = printable(name), total, 0, ""
        self.finished = False

    @property
    def title(self) -> str:
        """The name of the phase, and the part of it where there are parts."""
        return f"{self.name}: {self.part}" if self.part else self.name

    @property
    def steps(self) -> str:
        """How far it is: "12/38", or "12" where the number of steps is not known; empty before the first of those."""
        if self.total is not None:
            return f"{self.done}/{self.total}"
        return str(self.done) if self.done else ""

    def advance(self, steps: int = 1) -> None:
        """Some more steps are done."""
        with self._canvas.lock:
            self.update(done=self.done + steps)

    def update(self, *, done: int | None = None, total: int | None = None, part: str | None = None) -> None:
        """Say how many steps are done, that there are another number of them, or which part it is at."""
        with self._canvas.lock:
            self.done = self.done if done is None else done
            self.total = self.total if total is None else total
            self.part = self.part if part is None else printable(part)
            if not self.finished:
                self._canvas.moved(self)

    def event(self, event: Mapping[str, Any]) -> None:
        """Show a progress event of a job in a container: {"event": "phase", "name": "fold", "done": 1, "total": 5}."""
        with self._canvas.lock:
            self.total = event.get("total")
            self.update(done=event.get("done", 0), part=str(event.get("name", "")))

    def finish(self, text: str = "done") -> None:
        """The phase is over, with this result; a second call does nothing."""
        with self._canvas.lock:
            if not self.finished:
                self.finished = True
                self._canvas.end(self, printable(text))


def printable(text: str) -> str:
    """One line without control characters, which a build's own output may hold."""
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()

"""What a command shows while it works and at its end.

A display is a context manager; `phase` begins a piece of the work and gives its task, which is told how far it is.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TextIO

from remodel.display.drawings import Drawing, LiveBars, PlainLines, is_live

if TYPE_CHECKING:
    from rich.table import Table

    from remodel.results.scores import Scores


class Task:
    """One phase of the work: how many of its steps are done, of how many (None: not known), and which part it is at."""

    def __init__(self, display: Display, name: str, total: int | None) -> None:
        self._display = display
        self.name, self.total, self.done, self.part = name, total, 0, ""
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
        with self._display.lock:
            self.update(done=self.done + steps)

    def update(self, *, done: int | None = None, total: int | None = None) -> None:
        """Say how many steps are done, or that there are another number of them."""
        with self._display.lock:
            self.done = self.done if done is None else done
            self.total = self.total if total is None else total
            self._display.moved(self)

    def event(self, event: Mapping[str, Any]) -> None:
        """Show a progress event of a job in a container: {"event": "phase", "name": "fold", "done": 1, "total": 5}."""
        with self._display.lock:
            self.done, self.total = event.get("done", 0), event.get("total")
            self.part = printable(str(event.get("name", "")))
            self._display.moved(self)

    def finish(self, text: str = "done") -> None:
        """The phase is over, with this result; a second call does nothing."""
        self._display.end(self, text)


class Display:
    """The display of one command, a context manager. Its methods and its tasks' may be called from any thread."""

    def __init__(self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """`stream` is standard output where none is given; `clock` is in seconds and serves plain lines only."""
        out = stream or sys.stdout
        self._drawing: Drawing = LiveBars(out) if is_live(out) else PlainLines(out, clock)
        self.lock = threading.RLock()

    def __enter__(self) -> Self:
        self._drawing.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._drawing.close()

    def phase(self, name: str, total: int | None = None) -> Task:
        """Begin a phase of `total` steps."""
        task = Task(self, printable(name), total)
        with self.lock:
            self._drawing.begin(task)
        return task

    def note(self, text: str) -> None:
        """Say one line that stays."""
        with self.lock:
            self._drawing.note(printable(text))

    def table(self, table: Table) -> None:
        """Show a table that stays."""
        with self.lock:
            self._drawing.table(table)

    def scores(self, scores: Scores) -> None:
        """Show a cross-validation."""
        from remodel.display.tables import scores_table

        self.table(scores_table(scores))

    def moved(self, task: Task) -> None:
        """Show how far a task is now."""
        with self.lock:
            if not task.finished:
                self._drawing.moved(task)

    def end(self, task: Task, text: str) -> None:
        """Show that a task is over."""
        with self.lock:
            if not task.finished:
                task.finished = True
                self._drawing.end(task, printable(text))


def printable(text: str) -> str:
    """One line without control characters, which a build's own output may hold."""
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()

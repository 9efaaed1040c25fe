"""How a display looks: live bars on a terminal, plain lines without a control character everywhere else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    import rich.progress
    from rich.table import Table

    from remodel.display.display import Task

QUIET_SECONDS = 10.0
"""A phase says on plain lines at most once in so many seconds how far it is."""


class Drawing(Protocol):
    """How phases, notes and tables get on a screen or into a log; calls come from one thread at a time."""

    def open(self) -> None: ...
    def close(self) -> None: ...
    def begin(self, task: Task) -> None: ...
    def moved(self, task: Task) -> None: ...
    def end(self, task: Task, text: str) -> None: ...
    def note(self, text: str) -> None: ...
    def table(self, table: Table) -> None: ...


class PlainLines:
    """For pipes, files and CI: a line when a phase begins and ends, and one each QUIET_SECONDS while it moves."""

    def __init__(self, stream: TextIO, clock: Callable[[], float]) -> None:
        self._stream, self._clock = stream, clock
        self._began: dict[Task, float] = {}
        self._spoke: dict[Task, float] = {}

    def open(self) -> None:
        pass

    def close(self) -> None:
        self._stream.flush()

    def begin(self, task: Task) -> None:
        self._began[task] = self._spoke[task] = self._clock()
        self.note(task.name)

    def moved(self, task: Task) -> None:
        if self._clock() - self._spoke[task] >= QUIET_SECONDS:
            self._spoke[task] = self._clock()
            self.note(f"{task.title} {task.steps}".rstrip())

    def end(self, task: Task, text: str) -> None:
        self.note(f"{task.name}: {text} ({self._clock() - self._began.pop(task):.1f} s)")
        del self._spoke[task]

    def note(self, text: str) -> None:
        self._stream.write(text + "\n")
        self._stream.flush()

    def table(self, table: Table) -> None:
        from rich.console import Console

        width = max(80, shutil.get_terminal_size().columns)
        console = Console(file=self._stream, force_terminal=False, color_system=None, width=width)
        console.print(table)


class LiveBars:
    """For a terminal: a bar with the elapsed time for each phase that runs, a line above for each that is over."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._bars: dict[Task, rich.progress.TaskID] = {}

    def open(self) -> None:
        # Imported here, because it costs more than many a command that shows no progress.
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._console = Console(file=self._stream, force_terminal=True, highlight=False)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
        )
        self._progress.start()

    def close(self) -> None:
        self._progress.stop()

    def begin(self, task: Task) -> None:
        self._bars[task] = self._progress.add_task(task.name, total=task.total)

    def moved(self, task: Task) -> None:
        self._progress.update(self._bars[task], description=task.title, completed=task.done, total=task.total)

    def end(self, task: Task, text: str) -> None:
        """The bar makes room: with a hundred models the screen would be full of bars that are over."""
        bar = self._bars.pop(task)
        elapsed = next(shown.elapsed for shown in self._progress.tasks if shown.id == bar)
        self._progress.remove_task(bar)
        self.note(f"{task.name}: {text} ({elapsed or 0:.1f} s)")

    def note(self, text: str) -> None:
        self._console.print(text, markup=False, soft_wrap=True)

    def table(self, table: Table) -> None:
        self._console.print(table)


def is_live(stream: TextIO) -> bool:
    """Whether bars can be drawn on `stream`: a terminal that can move its cursor."""
    return stream.isatty() and os.environ.get("TERM", "") not in ("", "dumb", "unknown")

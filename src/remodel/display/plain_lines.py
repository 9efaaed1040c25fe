"""The reporter for pipes, files and CI: plain lines without a control character."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

from remodel.display.phase import Phase
from remodel.display.screen import Screen

if TYPE_CHECKING:
    from rich.table import Table

QUIET_SECONDS = 10.0
"""A phase says at most once in so many seconds how far it is."""


class PlainLines(Screen):
    """A line when a phase begins and ends, and one each QUIET_SECONDS while it moves; `clock` is in seconds."""

    def __init__(self, stream: TextIO, clock: Callable[[], float]) -> None:
        super().__init__(stream)
        self._clock = clock
        self._began: dict[Phase, float] = {}
        self._spoke: dict[Phase, float] = {}

    def open(self) -> None:
        """There is nothing to open."""

    def close(self) -> None:
        self.stream.flush()

    def begin(self, phase: Phase) -> None:
        self._began[phase] = self._spoke[phase] = self._clock()
        self.write(phase.name)

    def moved(self, phase: Phase) -> None:
        if self._clock() - self._spoke[phase] >= QUIET_SECONDS:
            self._spoke[phase] = self._clock()
            self.write(f"{phase.title} {phase.steps}".rstrip())

    def end(self, phase: Phase, text: str) -> None:
        self.write(f"{phase.name}: {text} ({self._clock() - self._began.pop(phase):.1f} s)")
        del self._spoke[phase]

    def write(self, line: str) -> None:
        self.stream.write(line + "\n")
        self.stream.flush()

    def draw(self, table: Table) -> None:
        from rich.console import Console

        width = max(80, shutil.get_terminal_size().columns)
        console = Console(file=self.stream, force_terminal=False, color_system=None, width=width)
        console.print(table)

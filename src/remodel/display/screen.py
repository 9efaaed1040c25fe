"""What people read, on a terminal or in a log: phases, notes, tables, and a phase for each group of stages."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

from remodel.display.phase import Phase, printable
from remodel.display.reporter import ShownStage, StageReport
from remodel.display.stage_phases import StagePhases

if TYPE_CHECKING:
    from rich.table import Table


class Screen(ABC):
    """A Reporter for people. What is abstract here is called by one thread at a time."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.lock = threading.RLock()

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def phase(self, name: str, total: int | None = None) -> Phase:
        """Begin a phase of `total` steps."""
        phase = Phase(self, name, total)
        with self.lock:
            self.begin(phase)
        return phase

    def note(self, text: str, about: str = "") -> None:
        """Say one line that stays, and whose it is."""
        with self.lock:
            self.write(printable(f"{about}: {text}" if about else text))

    def table(self, table: Table) -> None:
        """Show a table that stays."""
        with self.lock:
            self.draw(table)

    def stages(self, stages: Sequence[ShownStage], cores: int = 1) -> StageReport:
        """A phase for all stages, and one for each group of them."""
        return StagePhases(self.phase, self.note, stages, cores)

    @abstractmethod
    def open(self) -> None: ...
    @abstractmethod
    def close(self) -> None: ...
    @abstractmethod
    def begin(self, phase: Phase) -> None: ...
    @abstractmethod
    def moved(self, phase: Phase) -> None: ...
    @abstractmethod
    def end(self, phase: Phase, text: str) -> None: ...
    @abstractmethod
    def write(self, line: str) -> None: ...
    @abstractmethod
    def draw(self, table: Table) -> None: ...

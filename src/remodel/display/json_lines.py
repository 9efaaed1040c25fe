"""The reporter for programs: one JSON document a line, {"event": "built", "stage": ..., ...}."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TextIO

from remodel.display.phase import Phase
from remodel.display.reporter import ShownStage, StageReport
from remodel.errors import RemodelError

if TYPE_CHECKING:
    from rich.table import Table


class JsonLines:
    """A Reporter that writes what becomes of stages, and notes. Phases and tables are for people."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.lock = threading.RLock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Every line is written by now."""

    def phase(self, name: str, total: int | None = None) -> Phase:
        """A phase that nobody sees."""
        return Phase(self, name, total)

    def moved(self, phase: Phase) -> None:
        """Nobody sees it."""

    def end(self, phase: Phase, text: str) -> None:
        """Nobody sees it."""

    def note(self, text: str, about: str = "") -> None:
        """{"event": "note", "text": ...}."""
        self.event("note", text=text)

    def table(self, table: Table) -> None:
        """Nobody sees it."""

    def stages(self, stages: Sequence[ShownStage], cores: int = 1) -> StageReport:
        """{"event": "planned", "stages": [...]}, and a line for all that becomes of them."""
        return StageEvents(self, stages)

    def event(self, event: str, **more: Any) -> None:
        """One line."""
        with self.lock:
            self._stream.write(json.dumps({"event": event, **more}) + "\n")
            self._stream.flush()


class StageEvents:
    """A StageReport of one line an event."""

    def __init__(self, lines: JsonLines, stages: Sequence[ShownStage]) -> None:
        self._lines = lines
        self._logs = {stage.name: stage.log for stage in stages}
        self._counts: Counter[str] = Counter()
        lines.event("planned", stages=[stage.name for stage in stages])

    def unchanged(self, name: str) -> None:
        self._count("unchanged", name)

    def fetched(self, name: str) -> None:
        self._count("fetched", name)

    def running(self, name: str) -> None:
        self._lines.event("running", stage=name)

    def built(self, name: str, line: str) -> None:
        self._count("built", name, text=line)

    def failed(self, name: str, error: RemodelError) -> None:
        self._count("failed", name, error=error.message, advice=error.advice, log=self._logs[name])

    def skipped(self, name: str, because: str) -> None:
        self._count("skipped", name, needs=because)

    def ended(self) -> Counter[str]:
        self._lines.event("ended", counts=dict(sorted(self._counts.items())))
        return self._counts

    def _count(self, what: str, name: str, **more: Any) -> None:
        self._counts[what] += 1
        self._lines.event(what, stage=name, **more)

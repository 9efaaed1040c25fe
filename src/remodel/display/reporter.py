"""What a command shows while it works: one protocol, and an implementation for each who reads it.

`terminal.py` draws bars, `plain_lines.py` writes a log, `json_lines.py` speaks to programs; `choose.py` takes one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from remodel.display.phase import Phase
from remodel.errors import RemodelError

if TYPE_CHECKING:
    from rich.table import Table


@dataclass(frozen=True)
class ShownStage:
    """A stage of the pipeline as it is shown: `group` is whose bar it counts in, `log` where its log is; each may be
    empty. `seconds` is how long it took the last time, None where nobody knows."""

    name: str
    group: str = ""
    log: str = ""
    seconds: float | None = None


class StageReport(Protocol):
    """Is told by name what becomes of each stage; the methods are called from one thread."""

    def unchanged(self, name: str) -> None: ...
    def fetched(self, name: str) -> None: ...
    def running(self, name: str) -> None: ...
    def built(self, name: str, line: str) -> None: ...
    def failed(self, name: str, error: RemodelError) -> None: ...
    def skipped(self, name: str, because: str) -> None: ...

    def ended(self) -> Counter[str]:
        """All is done: how many stages were unchanged, fetched, built, failed, skipped."""


class Reporter(Protocol):
    """Shows the work of one command; a context manager. Its methods and its phases' may be called from any thread."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...

    def phase(self, name: str, total: int | None = None) -> Phase:
        """Begin a phase of `total` steps (None: nobody knows). For people: programs are told of stages."""

    def note(self, text: str, about: str = "") -> None:
        """Say one line that stays; `about` is whose line it is, where several are at work."""

    def table(self, table: Table) -> None:
        """Show a table that stays. For people."""

    def stages(self, stages: Sequence[ShownStage], cores: int = 1) -> StageReport:
        """Begin to show these stages, which so many cores work on."""

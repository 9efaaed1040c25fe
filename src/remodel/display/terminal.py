"""The reporter for a terminal: a bar with the elapsed time for each phase that runs, a line for each that is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from remodel.display.phase import Phase
from remodel.display.screen import Screen

if TYPE_CHECKING:
    import rich.progress
    from rich.table import Table


class Terminal(Screen):
    """Live bars, through rich."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._bars: dict[Phase, rich.progress.TaskID] = {}

    def open(self) -> None:
        # Imported here, because it costs more than many a command that shows no progress.
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._console = Console(file=self.stream, force_terminal=True, highlight=False)
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

    def begin(self, phase: Phase) -> None:
        self._bars[phase] = self._progress.add_task(phase.name, total=phase.total)

    def moved(self, phase: Phase) -> None:
        self._progress.update(self._bars[phase], description=phase.title, completed=phase.done, total=phase.total)

    def end(self, phase: Phase, text: str) -> None:
        """The bar makes room: with a hundred models the screen would be full of bars that are over."""
        bar = self._bars.pop(phase)
        elapsed = next(shown.elapsed for shown in self._progress.tasks if shown.id == bar)
        self._progress.remove_task(bar)
        self.write(f"{phase.name}: {text} ({elapsed or 0:.1f} s)")

    def write(self, line: str) -> None:
        self._console.print(line, markup=False, soft_wrap=True)

    def draw(self, table: Table) -> None:
        self._console.print(table)

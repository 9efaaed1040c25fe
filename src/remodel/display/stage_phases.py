"""Stages as people see them: a phase for the whole and one for each group, a line for each that did not work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from remodel.display.phase import Phase
from remodel.display.reporter import ShownStage
from remodel.errors import RemodelError

ORDER = ("built", "fetched", "unchanged", "running", "failed", "skipped")
"""What is told of stages, in this order."""


class StagePhases:
    """A StageReport that begins phases with `phase` and says lines with `note`."""

    def __init__(
        self,
        phase: Callable[[str, int], Phase],
        note: Callable[[str], None],
        stages: Sequence[ShownStage],
        cores: int,
    ) -> None:
        self._note, self._cores = note, cores
        self._stages = {stage.name: stage for stage in stages}
        self._left = {stage.name: stage.seconds for stage in stages if stage.seconds is not None}
        self._running: set[str] = set()
        self._counts: Counter[str] = Counter()
        self._of_group: dict[str, Counter[str]] = {}
        self._whole = phase("rebuild", len(stages))
        totals = Counter(stage.group for stage in stages)
        self._groups = {name: phase(name, total) for name, total in totals.items() if name and len(totals) > 1}

    def unchanged(self, name: str) -> None:
        self._count("unchanged", name)

    def fetched(self, name: str) -> None:
        self._count("fetched", name)

    def running(self, name: str) -> None:
        self._running.add(name)
        self._show(name, 0)

    def built(self, name: str, line: str) -> None:
        self._count("built", name)

    def failed(self, name: str, error: RemodelError) -> None:
        self._count("failed", name)
        log = self._stages[name].log
        self._note(f"failed: {name}: {error}" + (f" (log: {log})" if log else ""))

    def skipped(self, name: str, because: str) -> None:
        self._count("skipped", name)
        self._note(f"skipped: {name}, which needs {because}")

    def ended(self) -> Counter[str]:
        self._whole.finish(in_words(self._counts))
        for name, phase in self._groups.items():
            phase.finish(in_words(self._of_group.get(name, Counter())))
        return self._counts

    def _count(self, what: str, name: str) -> None:
        self._running.discard(name)
        self._left.pop(name, None)
        self._counts[what] += 1
        self._of_group.setdefault(self._stages[name].group, Counter())[what] += 1
        self._show(name, 1)

    def _show(self, name: str, steps: int) -> None:
        counts = self._counts + Counter(running=len(self._running))
        left = sum(self._left.values()) / self._cores
        self._whole.update(
            done=self._whole.done + steps, part=in_words(counts) + (f", about {left:.0f} s left" if left >= 1 else "")
        )
        if phase := self._groups.get(self._stages[name].group):
            phase.advance(steps)


def in_words(counts: Counter[str]) -> str:
    """ "3 built, 1 failed": what there is of each."""
    return ", ".join(f"{counts[what]} {what}" for what in ORDER if counts[what]) or "nothing to do"

"""What a rebuild shows: a bar for the whole and one for each environment, or one JSON line an event for machines."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from remodel.display.display import Display, Task
from remodel.errors import RemodelError
from remodel.rebuild.plan import Step
from remodel.rebuild.work import Foreign, Train

ALL = "all"
"""The bar of the whole among those of the environments."""


class View(Protocol):
    """Is told what becomes of each step; the methods are called from one thread."""

    def planned(self, steps: Sequence[Step], seconds: Mapping[str, float], cores: int = 1) -> None: ...
    def say(self, text: str) -> None: ...
    def unchanged(self, step: Step) -> None: ...
    def fetched(self, step: Step) -> None: ...
    def running(self, step: Step) -> None: ...
    def built(self, step: Step, line: str) -> None: ...
    def failed(self, step: Step, error: RemodelError) -> None: ...
    def skipped(self, step: Step, because: str) -> None: ...
    def ended(self) -> Counter[str]: ...


def log_of(step: Step) -> str:
    """Where the log of a step is, seen from the checkout."""
    return "" if isinstance(step.work, Foreign) else str(Path(".remodel") / "logs" / f"{step.work.log}.log")


class Shown:
    """On a screen or in a log, through the display of all commands."""

    def __init__(self, display: Display) -> None:
        self._display, self._cores = display, 1
        self._counts: Counter[str] = Counter()
        self._by_place: dict[str, Counter[str]] = {}
        self._bars: dict[str, Task] = {}
        self._left: dict[str, float] = {}

    def planned(self, steps: Sequence[Step], seconds: Mapping[str, float], cores: int = 1) -> None:
        self._cores = cores
        self._left = {step.name: seconds[step.name] for step in steps if step.name in seconds}
        self._bars[ALL] = self._display.phase("rebuild", total=len(steps))
        totals = Counter(_place(step) for step in steps)
        for name, total in totals.items():
            if name and len(totals) > 1:
                self._bars[name] = self._display.phase(name, total=total)

    def say(self, text: str) -> None:
        self._display.note(text)

    def unchanged(self, step: Step) -> None:
        self._count("unchanged", step)

    def fetched(self, step: Step) -> None:
        self._count("fetched", step)

    def running(self, step: Step) -> None:
        self._counts["running"] += 1
        self._move(step, 0)

    def built(self, step: Step, line: str) -> None:
        self._counts["running"] -= 1
        self._count("built", step)

    def failed(self, step: Step, error: RemodelError) -> None:
        self._counts["running"] -= 1
        self._count("failed", step)
        log = log_of(step)
        self._display.note(f"failed: {step.name}: {error}" + (f" (log: {log})" if log else ""))

    def skipped(self, step: Step, because: str) -> None:
        self._count("skipped", step)
        self._display.note(f"skipped: {step.name}, which needs {because}")

    def ended(self) -> Counter[str]:
        for name, bar in self._bars.items():
            bar.finish(_in_words(self._counts if name == ALL else self._by_place.get(name, Counter())))
        return self._counts

    def _count(self, what: str, step: Step) -> None:
        self._counts[what] += 1
        self._by_place.setdefault(_place(step), Counter())[what] += 1
        self._left.pop(step.name, None)
        self._move(step, 1)

    def _move(self, step: Step, steps: int) -> None:
        for name in (ALL, _place(step)):
            if bar := self._bars.get(name):
                part = ""
                if name == ALL:
                    left = sum(self._left.values()) / self._cores
                    part = _in_words(self._counts) + (f", about {left:.0f} s left" if left >= 1 else "")
                bar.event({"name": part, "done": bar.done + steps, "total": bar.total})


class JsonLines:
    """One JSON document a line on standard output: {"event": "built", "stage": ..., ...}."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def planned(self, steps: Sequence[Step], seconds: Mapping[str, float], cores: int = 1) -> None:
        self._tell("planned", stages=[step.name for step in steps])

    def say(self, text: str) -> None:
        self._tell("note", text=text)

    def unchanged(self, step: Step) -> None:
        self._count("unchanged", step)

    def fetched(self, step: Step) -> None:
        self._count("fetched", step)

    def running(self, step: Step) -> None:
        self._tell("running", stage=step.name)

    def built(self, step: Step, line: str) -> None:
        self._count("built", step, text=line)

    def failed(self, step: Step, error: RemodelError) -> None:
        self._count("failed", step, error=error.message, advice=error.advice, log=log_of(step))

    def skipped(self, step: Step, because: str) -> None:
        self._count("skipped", step, needs=because)

    def ended(self) -> Counter[str]:
        self._tell("ended", counts=dict(sorted(self._counts.items())))
        return self._counts

    def _count(self, what: str, step: Step, **more: Any) -> None:
        self._counts[what] += 1
        self._tell(what, stage=step.name, **more)

    def _tell(self, event: str, **more: Any) -> None:
        print(json.dumps({"event": event, **more}), file=sys.stdout, flush=True)


def _place(step: Step) -> str:
    return step.work.environment if isinstance(step.work, Train) else ""


def _in_words(counts: Counter[str]) -> str:
    """ "3 built, 1 failed": what there is of each."""
    order = ("built", "fetched", "unchanged", "running", "failed", "skipped")
    return ", ".join(f"{counts[what]} {what}" for what in order if counts[what]) or "nothing to do"

"""The scheduler of a rebuild: a stage is looked at when all that it needs is settled, then fetched or built.

One thread, the main one, decides and records; builds run beside it, and beside stages of any other depth.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress

from remodel import process
from remodel.display.reporter import StageReport
from remodel.errors import RemodelError
from remodel.interrupts import uninterrupted
from remodel.rebuild.budget import Budget
from remodel.rebuild.builders import Build, Builders
from remodel.rebuild.plan import Agenda, Step
from remodel.rebuild.records import Records
from remodel.rebuild.work import Foreign

EARLY = 2
"""An environment is made warm when this many builds are left to start before its first."""

POLL_SECONDS = 0.1
"""How often is looked whether all builds have ended after an interruption."""


class Scheduler:
    """Brings the steps of an agenda up to date within a budget. `failed` says which could not be, and why."""

    def __init__(
        self,
        agenda: Agenda,
        budget: Budget,
        records: Records,
        builders: Builders,
        report: StageReport,
        keep_going: bool = False,
    ) -> None:
        self._agenda, self._budget, self._records, self._builders = agenda, budget, records, builders
        self._report, self._keep_going = report, keep_going
        self._ready: list[Step] = []
        self._waiting: list[Build] = []
        self._foreign: list[Step] = []
        self._running: dict[Future[str], Build] = {}
        self._ended: list[tuple[Build, str]] = []
        self.failed: dict[str, RemodelError] = {}

    def run(self) -> None:
        """Look at, fetch, build and record all steps; after a failure only those that run, unless told to keep going.

        Interrupted, it ends what runs and records what has ended before it goes on.
        """
        self._ready = self._agenda.ready()
        with ThreadPoolExecutor(max(1, self._budget.cores)) as self._threads:
            try:
                while self._ready or self._waiting or self._foreign or self._running:
                    self._go_on()
            except BaseException:
                self._end_all()
                raise
            finally:
                self._builders.end()

    def _go_on(self) -> None:
        """One thing at a time, so that a build that ends meanwhile is not kept waiting."""
        if self._ready:
            self._look(self._ready.pop(0))
        self._start()
        if self._foreign and not (self._ready or self._running or self._is_over()):
            self._run_foreign(self._foreign.pop(0))
        if ended := self._just_ended():
            self._take(ended)
        self._records.write_if_due()
        if self._is_over():
            self._ready, self._waiting, self._foreign = [], [], []

    def _is_over(self) -> bool:
        """Whether nothing may start any more."""
        return bool(self.failed) and not self._keep_going

    def _look(self, step: Step) -> None:
        try:
            if not self._records.is_changed(step.name):
                self._settle(step)
                self._report.unchanged(step.name)
            elif isinstance(step.work, Foreign):
                self._foreign.append(step)
            elif self._records.fetch(step.name, self._builders.remake(step)):
                self._settle(step)
                self._report.fetched(step.name)
            else:
                build = self._builders.build_of(step, self._budget)
                insort(self._waiting, build, key=lambda other: self._agenda.place(other.step))
        except RemodelError as error:
            self._fail(step, error)

    def _start(self) -> None:
        """Start what the budget lets start, in the order of the agenda."""
        while (build := self._next()) is not None:
            self._waiting.remove(build)
            self._begin(build)

    def _next(self) -> Build | None:
        """The first build that fits. Images are made when all that need one are known, and while nothing runs."""
        running = [build.needs for build in self._running.values()]
        if self._is_over() or len(running) >= max(1, self._budget.cores):
            return None
        fitting = [build for build in self._waiting if self._budget.fits(build.needs, running)]
        if not fitting:
            return None
        with_image = next((build for build in fitting if self._builders.has_image(build)), None)
        if with_image is not None or self._ready or self._running:
            return with_image
        self._builders.prepare(self._waiting)
        return fitting[0]

    def _begin(self, build: Build) -> None:
        try:
            self._records.clear(build.step.name)
        except RemodelError as error:
            self._fail(build.step, error)
            return
        self._report.running(build.step.name)
        with uninterrupted():
            self._running[self._threads.submit(self._builders.run, build.work)] = build
        for soon in self._waiting[:EARLY]:
            self._builders.prewarm(soon)
        self._builders.keep({step.environment for step in self._agenda.left(self.failed)})

    def _just_ended(self) -> list[Future[str]]:
        """The builds that have ended; waited for where there is nothing else to do."""
        if not self._running:
            return []
        done = wait(self._running, 0 if self._ready else self._records.due_in(), FIRST_COMPLETED).done
        return [future for future in self._running if future in done]

    def _take(self, futures: Sequence[Future[str]]) -> None:
        """Give the cores to the next builds first, then record those that have ended."""
        for future in futures:
            build, error = self._running[future], future.exception()
            if isinstance(error, RemodelError):
                self._fail(build.step, error)
            else:
                self._ended.append((build, future.result()))
            del self._running[future]
        self._start()
        while self._ended:
            self._record(*self._ended[0])
            del self._ended[0]

    def _record(self, build: Build, line: str) -> None:
        try:
            self._records.record(build.step.name)
        except RemodelError as error:
            self._fail(build.step, error)
        else:
            self._settle(build.step)
            self._report.built(build.step.name, line)

    def _run_foreign(self, step: Step) -> None:
        self._report.running(step.name)
        self._builders.keep(())
        try:
            self._records.run_foreign(step.name)
        except RemodelError as error:
            self._fail(step, error)
        else:
            self._settle(step)
            self._report.built(step.name, "")

    def _settle(self, step: Step) -> None:
        self._agenda.settle(step)
        if more := self._agenda.ready():
            self._ready = sorted([*self._ready, *more], key=self._agenda.place)

    def _fail(self, step: Step, error: RemodelError) -> None:
        self.failed[step.name] = error
        self._report.failed(step.name, error)

    def _end_all(self) -> None:
        """End every build, and record those that had ended."""
        self._builders.end()
        with uninterrupted():
            while left := [future for future in self._running if not future.done()]:
                wait(left, POLL_SECONDS)
                process.end_all()  # again and again: a thread may have been about to start its next program
            built = [build for future, build in self._running.items() if future.exception() is None]
            for build in [*(build for build, _ in self._ended), *built]:
                with suppress(RemodelError):
                    self._records.record(build.step.name)

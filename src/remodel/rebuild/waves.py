"""One wave of a rebuild: stages that need nothing of each other, built side by side, recorded by this thread alone."""

from __future__ import annotations

import queue
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from remodel import process
from remodel.errors import RemodelError
from remodel.rebuild.budget import Budget, Needs
from remodel.rebuild.builders import Builders, Home
from remodel.rebuild.dvc.repository import Repository
from remodel.rebuild.interrupts import uninterrupted
from remodel.rebuild.plan import Step
from remodel.rebuild.view import View
from remodel.rebuild.work import OwnStage, Train

EARLY = 2
"""An environment is made warm when this many builds are left to start before its first."""


@dataclass(frozen=True)
class Job:
    """A step that has to run: what it needs, and where a model is built."""

    step: Step
    work: Train | OwnStage
    needs: Needs
    home: Home | None


@dataclass(frozen=True)
class Ended:
    """How a job ended: a line, or an error."""

    job: Job
    line: str = ""
    error: BaseException | None = None


class Wave:
    """Builds jobs within the budget. `recorded` and `failed` say what became of them, also after an interruption."""

    def __init__(self, repository: Repository, builders: Builders, budget: Budget, view: View) -> None:
        self._repository, self._builders, self._budget, self._view = repository, builders, budget, view
        self._ended: queue.SimpleQueue[Ended] = queue.SimpleQueue()
        self._running: list[Job] = []
        self.recorded: list[str] = []
        self.failed: dict[str, RemodelError] = {}

    def run(self, jobs: Sequence[Job], keep_going: bool) -> None:
        """Build all jobs, in this order as far as the budget lets them; after a failure only those that run already,
        unless told to keep going. Interrupted, it ends what runs and records what has ended before it goes on."""
        left = list(jobs)
        with ThreadPoolExecutor(max(1, len(jobs))) as pool:
            try:
                while left or self._running:
                    if self.failed and not keep_going:
                        left = []
                    self._start(pool, left)
                    if self._running:
                        self._take(self._ended.get(), pool, left if keep_going or not self.failed else [])
            except BaseException:
                self._end_all()
                raise
            finally:
                self._builders.end()

    def _start(self, pool: ThreadPoolExecutor, left: list[Job]) -> None:
        """Start what fits, and make the environment warm that comes next."""
        while left:
            job = next(
                (job for job in left if self._budget.fits(job.needs, [one.needs for one in self._running])), None
            )
            if job is None:
                return
            left.remove(job)
            self._repository.clear(job.step.name)
            self._running.append(job)
            self._view.running(job.step)
            pool.submit(self._do, job)
            for soon in left[:EARLY]:
                if soon.home is not None:
                    self._builders.warm_up(soon.home)
            self._builders.cool_down(keep=[one.home for one in (*left, *self._running) if one.home is not None])

    def _do(self, job: Job) -> None:
        try:
            self._ended.put(Ended(job, line=self._builders.run(job.work)))
        except BaseException as error:
            self._ended.put(Ended(job, error=error))

    def _take(self, ended: Ended, pool: ThreadPoolExecutor, left: list[Job]) -> None:
        """Give the core to the next job first, then record the one that has ended."""
        self._running.remove(ended.job)
        if ended.error is None:
            self._start(pool, left)
        self._settle(ended)

    def _settle(self, ended: Ended) -> None:
        name = ended.job.step.name
        error = ended.error
        if error is None:
            with uninterrupted():
                error = self._record(name)
        if error is None:
            self._view.built(ended.job.step, ended.line)
        elif isinstance(error, RemodelError):
            self.failed[name] = error
            self._view.failed(ended.job.step, error)
        else:
            raise error

    def _record(self, name: str) -> RemodelError | None:
        try:
            self._repository.record(name)
        except RemodelError as error:
            return error
        self.recorded.append(name)
        return None

    def _end_all(self) -> None:
        """End every build, and record those that had ended."""
        self._builders.end()
        with uninterrupted():
            while self._running:
                try:
                    ended = self._ended.get(timeout=0.1)
                except queue.Empty:
                    process.end_all()
                    continue
                self._running.remove(ended.job)
                if ended.error is None:
                    self._record(ended.job.step.name)

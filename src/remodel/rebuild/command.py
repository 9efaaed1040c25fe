"""The rebuild: find what changed, fetch or build it wave by wave, and record it as `dvc repro` does."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from functools import partial

from remodel.builds.data_file import check_data_file
from remodel.checkout import Checkout
from remodel.engines.engine import Engine
from remodel.environments.environment import Environment
from remodel.errors import RemodelError, UsageError
from remodel.pipeline import dvc as pipeline
from remodel.pipeline.stages import write_metrics
from remodel.rebuild import settled
from remodel.rebuild.appended import Appended
from remodel.rebuild.budget import Budget, Needs, machine, needs_of
from remodel.rebuild.builders import Builders
from remodel.rebuild.dvc.repository import Repository
from remodel.rebuild.early import EarlyBuilders
from remodel.rebuild.history import past_seconds
from remodel.rebuild.idle import nothing_to_do
from remodel.rebuild.interrupts import uninterrupted
from remodel.rebuild.lock import holding
from remodel.rebuild.plan import Step, blocked, by_expected_time, find_targets, ready, with_ancestors
from remodel.rebuild.view import View
from remodel.rebuild.waves import Job, Wave
from remodel.rebuild.work import Foreign, OwnStage, Train, work_of
from remodel.recipes.params import read_params

Prepare = Callable[[Engine, Sequence[Environment]], None]
"""Makes the images of environments that have none."""


@dataclass(frozen=True)
class Options:
    """What the command line asks for. No targets: everything. No jobs: the machine's cores."""

    targets: tuple[str, ...] = ()
    jobs: int | None = None
    keep_going: bool = False
    engine: str | None = None

    @property
    def budget(self) -> Budget:
        """The machine's, with the number of jobs that was asked for."""
        found = machine()
        return Budget(self.jobs or found.cores, found.memory)


@dataclass
class Progress:
    """What has become of the steps so far: settled ones are up to date, failed ones have their error."""

    settled: set[str] = field(default_factory=set)
    failed: dict[str, RemodelError] = field(default_factory=dict)
    unwritten: list[str] = field(default_factory=list)


def rebuild(checkout: Checkout, options: Options, view: View, prepare: Prepare) -> Counter[str]:
    """Bring the targets up to date; how many stages were built, fetched, unchanged, failed, skipped.

    Raises the error of the first stage that failed, after everything else is built where `keep_going` is set.
    """
    os.chdir(checkout.root)  # DVC names stages and files as seen from the current folder
    read_params(checkout)  # tells a slip in it in our words: DVC would tell of a stage that it cannot make
    with holding(checkout, view.say):
        if known := settled.untouched(checkout):
            return nothing_to_do(known, options.targets, view)
        early = EarlyBuilders(checkout, options.engine)
        try:
            return _Rebuild(checkout, options, view, prepare, early).run()
        finally:
            early.end()


def dry_run(checkout: Checkout, options: Options, say: Callable[[str], None]) -> None:
    """Say what a rebuild would do, and do nothing."""
    os.chdir(checkout.root)
    read_params(checkout)
    repository = Repository(checkout, say)
    steps = chosen(checkout, repository, options.targets)
    with repository.locked():
        changed = [step.name for step in steps if repository.is_changed(step.name)]
    later = blocked(steps, changed)
    for step in steps:
        if step.name in changed:
            say(f"{step.name}: changed")
        elif step.name in later:
            say(f"{step.name}: if {later[step.name]} comes out different")
    say(f"{len(changed)} of {len(steps)} stages changed, {len(later)} depend on them")


def chosen(checkout: Checkout, repository: Repository, targets: Sequence[str]) -> list[Step]:
    """The steps that targets ask for, with all that they need. UsageError where a target or a dependency is missing."""
    facts = repository.facts()
    steps = [Step(one.name, work_of(one.command, one.plain), one.after) for one in facts]
    found = with_ancestors(steps, find_targets(steps, targets) or [one.name for one in facts if one.top])
    _check_dependencies(checkout, repository, found)
    return found


def _check_dependencies(checkout: Checkout, repository: Repository, steps: Sequence[Step]) -> None:
    """UsageError where a file that a stage needs is missing; DataError where it is a dataset's own."""
    try:
        repository.check_dependencies(step.name for step in steps)
    except UsageError:
        for step in steps:
            if isinstance(step.work, OwnStage) and step.work.dataset:
                check_data_file(checkout, step.work.dataset)
        raise


class _Rebuild:
    def __init__(
        self, checkout: Checkout, options: Options, view: View, prepare: Prepare, early: EarlyBuilders
    ) -> None:
        self._checkout, self._options, self._view, self._prepare = checkout, options, view, prepare
        self._early = early
        self._repository = Repository(checkout, view.say)
        self._appended = Appended(checkout)
        self._so_far = Progress()
        self._asked_remote = False
        self._hold = ExitStack()

    def run(self) -> Counter[str]:
        settled.forget(self._checkout)
        steps = chosen(self._checkout, self._repository, self._options.targets)
        self._seconds = past_seconds(self._checkout, steps)
        self._view.planned(steps, self._seconds, self._options.budget.cores)
        with self._hold:
            self._hold.enter_context(self._repository.held())
            try:
                self._run_waves(steps)
            finally:
                with uninterrupted():
                    self._write()
        self._skip(steps)
        counts = self._view.ended()
        if self._options.keep_going or not self._so_far.failed:
            self._appended.clear()  # as far as a serial run would have come, too
        if self._so_far.failed:
            raise self._failure(steps)
        if not self._options.targets:
            with self._repository.locked():
                stages = [settled.Known(**asdict(one)) for one in self._repository.facts()]
                settled.remember(self._checkout, stages, *self._repository.files())
        return counts

    def _run_waves(self, steps: Sequence[Step]) -> None:
        while wave := self._next(steps):
            changed = self._changed(wave)
            foreign = [step for step in changed if isinstance(step.work, Foreign)]
            self._build([step for step in changed if step not in foreign])
            self._write()
            for step in foreign:
                if self._goes_on():
                    self._run_foreign(step)
            if not self._goes_on():
                return

    def _goes_on(self) -> bool:
        return self._options.keep_going or not self._so_far.failed

    def _next(self, steps: Sequence[Step]) -> list[Step]:
        out = blocked(steps, self._so_far.failed)
        left = [step for step in steps if step.name not in self._so_far.failed and step.name not in out]
        return ready(left, self._so_far.settled)

    def _changed(self, wave: Sequence[Step]) -> list[Step]:
        """The steps of a wave that have to run; the others are settled now, from a cache where need be."""
        self._repository.new_wave()
        with self._repository.locked():
            changed = [step for step in wave if self._repository.is_changed(step.name)]
        for step in wave:
            if step not in changed:
                self._so_far.settled.add(step.name)
                self._view.unchanged(step)
        if changed and not self._asked_remote:
            self._repository.fetch_runs()
            self._asked_remote = True
        return [step for step in changed if not self._fetch(step)]

    def _fetch(self, step: Step) -> bool:
        if isinstance(step.work, Foreign):
            return False
        try:
            with uninterrupted(), self._repository.locked():
                if not self._repository.fetch(step.name, self._remake(step)):
                    return False
                self._repository.record(step.name)
        except RemodelError as error:
            self._so_far.failed[step.name] = error
            self._view.failed(step, error)
            return False
        self._so_far.settled.add(step.name)
        self._so_far.unwritten.append(step.name)
        self._view.fetched(step)
        return True

    def _remake(self, step: Step) -> Callable[[], None] | None:
        """What writes the metrics of a model again: they are in git, and in no remote."""
        if not isinstance(step.work, Train):
            return None
        return partial(write_metrics, self._checkout, step.work.model, step.work.environment)

    def _build(self, steps: Sequence[Step]) -> None:
        steps = [step for step in steps if step.name not in self._so_far.failed]
        if not steps or not self._goes_on():
            return
        builders = self._ready_for(steps)
        wave = Wave(self._repository, builders, self._options.budget, self._view)
        jobs = [self._job(builders, step) for step in by_expected_time(steps, self._seconds)]
        try:
            wave.run(jobs, self._options.keep_going)
        finally:
            self._so_far.settled.update(wave.recorded)
            self._so_far.unwritten += wave.recorded
            self._so_far.failed.update(wave.failed)

    def _job(self, builders: Builders, step: Step) -> Job:
        assert not isinstance(step.work, Foreign)
        if not isinstance(step.work, Train):
            return Job(step, step.work, Needs(), None)
        home = builders.home_of(step.work)
        return Job(step, step.work, needs_of(self._checkout, step.work.model, home.threads, self._options.budget), home)

    def _ready_for(self, steps: Sequence[Step]) -> Builders:
        """The builders, with an engine, and the images that these steps need."""
        engine, builders = self._early.take()
        works = [step.work for step in steps if not isinstance(step.work, Foreign)]
        self._prepare(engine, builders.environments_of(works))
        return builders

    def _run_foreign(self, step: Step) -> None:
        """Have DVC run a stage that is none of ours. It needs its locks for that, and writes dvc.lock itself."""
        self._view.running(step)
        self._hold.close()
        try:
            pipeline.reproduce_one(self._checkout, step.name, self._view.say)
        except RemodelError as error:
            self._so_far.failed[step.name] = error
            self._view.failed(step, error)
        else:
            self._so_far.settled.add(step.name)
            self._view.built(step, "")
        finally:
            self._repository.reload()
            self._hold.enter_context(self._repository.held())

    def _write(self) -> None:
        """Write what is recorded since the last time into dvc.lock."""
        if self._so_far.unwritten:
            with uninterrupted():
                self._repository.write_lock(self._so_far.unwritten, self._appended.names, self._appended.add)
                self._so_far.unwritten.clear()

    def _skip(self, steps: Sequence[Step]) -> None:
        out = blocked(steps, self._so_far.failed)
        for step in steps:
            if step.name in out:
                self._view.skipped(step, out[step.name])

    def _failure(self, steps: Sequence[Step]) -> RemodelError:
        """The first failure in the order of the pipeline, which says how many others there were."""
        failed = [step.name for step in steps if step.name in self._so_far.failed]
        first = self._so_far.failed[failed[0]]
        others = f" (failed too: {', '.join(failed[1:])})" if len(failed) > 1 else ""
        error = type(first).__new__(type(first))
        RemodelError.__init__(error, f"stage {failed[0]}: {first.message}{others}", first.advice)
        return error

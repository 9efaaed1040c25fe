"""What runs beside what, in which order, and what becomes of it after a failure or an interruption. Nothing is built:
the records and the builders are made by hand."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable

import pytest

from remodel.errors import BuildError, RemodelError
from remodel.rebuild.budget import Budget, Needs
from remodel.rebuild.builders import Build
from remodel.rebuild.plan import Agenda, Step
from remodel.rebuild.scheduler import Scheduler
from remodel.rebuild.work import Foreign, OwnStage, Train

SECONDS = 20.0
"""Longer than anything here takes, on a machine that does much else."""


class Environment:
    """What of an environment is asked here."""

    def __init__(self, name: str) -> None:
        self.name = name


class Records:
    """Remembers the order in which stages were recorded; what is in `cached` can be fetched, `unchanged` is up to date.

    A stage in `broken` cannot be recorded.
    """

    def __init__(self, unchanged: Collection[str] = (), cached: Collection[str] = (), broken: Collection[str] = ()):
        self.unchanged, self.cached, self.broken = unchanged, cached, broken
        self.looked: list[str] = []
        self.recorded: list[str] = []
        self.writes = 0
        self.foreign: Callable[[str], None] = lambda name: None
        self.thread = threading.current_thread()

    def is_changed(self, name: str) -> bool:
        assert threading.current_thread() is self.thread
        self.looked.append(name)
        return name not in self.unchanged

    def fetch(self, name: str, remake: object) -> bool:
        return name in self.cached

    def clear(self, name: str) -> None:
        assert threading.current_thread() is self.thread

    def record(self, name: str) -> None:
        assert threading.current_thread() is self.thread
        if name in self.broken:
            raise BuildError(f"{name} cannot be recorded")
        self.recorded.append(name)

    def due_in(self) -> float | None:
        return None

    def write_if_due(self) -> None:
        self.writes += 1

    def run_foreign(self, name: str) -> None:
        self.foreign(name)
        self.recorded.append(name)


class Builders:
    """Does by hand what `does` says for a stage, by the name of its log; nothing for the others."""

    def __init__(self, images: Collection[str] = ("", "old", "new"), **needs: Needs) -> None:
        self.images, self.needs = set(images), needs
        self.does: dict[str, Callable[[], None]] = {}
        self.started: list[str] = []
        self.running: set[str] = set()
        self.most = 0
        self.prepared: list[list[str]] = []
        self.warm: list[str] = []
        self.kept: list[set[str]] = []
        self.ended = threading.Event()
        self._lock = threading.Lock()

    def build_of(self, step: Step, budget: Budget) -> Build:
        return Build(step, step.work, Environment(step.environment), self.needs.get(step.work.log, Needs()), None)

    def has_image(self, build: Build) -> bool:
        return build.environment.name in self.images

    def prepare(self, builds: Iterable[Build]) -> None:
        assert not self.running
        self.prepared.append(sorted({build.environment.name for build in builds} - self.images))
        self.images.update(self.prepared[-1])

    def prewarm(self, build: Build) -> None:
        self.warm.append(build.environment.name)

    def keep(self, environments: Collection[str]) -> None:
        self.kept.append(set(environments))

    def remake(self, step: Step) -> None:
        return None

    def end(self) -> None:
        self.ended.set()

    def run(self, work: Train | OwnStage) -> str:
        with self._lock:
            self.started.append(work.log)
            self.running.add(work.log)
            self.most = max(self.most, len(self.running))
        try:
            self.does.get(work.log, lambda: None)()
        finally:
            with self._lock:
                self.running.remove(work.log)
        return f"{work.log}: done"


class Report:
    """What the scheduler told of each stage."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str]] = []

    def __getattr__(self, event: str) -> Callable[..., None]:
        return lambda name, *more: self.events.append((event, name))

    def of(self, event: str) -> list[str]:
        """The stages to which this happened."""
        return [name for what, name in self.events if what == event]


def snapshot(name: str, *after: str) -> Step:
    """A stage of ours in a container of its own."""
    return Step(f"snapshot@{name}", OwnStage("snapshot", name), after)


def train(model: str, environment: str, *after: str) -> Step:
    """A stage that builds a model."""
    return Step(f"train@{model}-{environment}", Train(model, environment), after)


def scheduler(
    steps: list[Step],
    builders: Builders,
    records: Records | None = None,
    *,
    cores: int = 2,
    seconds: dict[str, float] | None = None,
    keep_going: bool = False,
) -> tuple[Scheduler, Records, Report]:
    """A scheduler with nothing real beside it."""
    records, report = records or Records(), Report()
    budget = Budget(cores, memory=1 << 30)
    made = Scheduler(Agenda(steps, seconds or {}), budget, records, builders, report, keep_going)
    return made, records, report


def test_a_stage_starts_before_all_of_the_depth_above_have_ended() -> None:
    """What it needs is there: it does not wait for others that need as little as that."""
    builders, reached = Builders(), threading.Event()
    builders.does["snapshot@slow"] = lambda: pytest.fail("a barrier") if not reached.wait(SECONDS) else None
    builders.does["deep@old"] = reached.set
    steps = [snapshot("slow"), snapshot("quick"), train("first", "old", "snapshot@quick")]
    steps += [
        train("deep", "old", "train@first-old"),
        Step("compare", OwnStage("compare"), tuple(s.name for s in steps)),
    ]
    made, records, report = scheduler(steps, builders)
    made.run()
    assert made.failed == {}
    assert sorted(records.recorded[:-1]) == sorted(step.name for step in steps[:-1])
    assert report.of("built") == records.recorded
    assert builders.started[-1] == "compare"


def test_what_is_up_to_date_or_fetched_is_not_built() -> None:
    """And what needs it goes on at once."""
    builders = Builders()
    records = Records(unchanged=["snapshot@a"], cached=["train@m-old"])
    steps = [snapshot("a"), train("m", "old", "snapshot@a"), Step("compare", OwnStage("compare"), ("train@m-old",))]
    _, _, report = run(scheduler(steps, builders, records))
    assert report.events == [
        ("unchanged", "snapshot@a"),
        ("fetched", "train@m-old"),
        ("running", "compare"),
        ("built", "compare"),
    ]


def run(made: tuple[Scheduler, Records, Report]) -> tuple[Scheduler, Records, Report]:
    """Run it to its end."""
    made[0].run()
    return made


def test_the_longest_first_and_one_environment_after_the_other() -> None:
    """On one core, where the order is seen."""
    builders = Builders()
    steps = [train(model, environment) for model in "abc" for environment in ("old", "new")]
    seconds = {
        "train@b-old": 9.0,
        "train@a-old": 5.0,
        "train@c-new": 9.0,
        "train@b-new": 6.0,
        "train@c-old": 1.0,
        "train@a-new": 2.0,
    }
    run(scheduler(steps, builders, cores=1, seconds=seconds))
    assert builders.started == ["b@old", "a@old", "c@old", "c@new", "b@new", "a@new"]
    assert builders.most == 1
    assert builders.kept[0] == {"old", "new"}
    assert builders.kept[-1] == {"new"}


def test_stages_of_the_project_go_before_models() -> None:
    """Others may wait for them."""
    builders = Builders()
    steps = [snapshot("a"), train("m", "old"), train("n", "old"), snapshot("b")]
    run(scheduler(steps, builders, cores=1))
    assert builders.started == ["snapshot@a", "snapshot@b", "m@old", "n@old"]


def test_never_more_at_once_than_the_budget_has() -> None:
    """Cores are counted, and a build with more threads than there are runs alone."""
    builders = Builders(**{"wide@old": Needs(cores=9)})
    together: list[int] = []
    for name in "abcdef":
        builders.does[f"{name}@old"] = lambda: time.sleep(0.01)
    builders.does["wide@old"] = lambda: together.append(len(builders.running))
    run(scheduler([train(name, "old") for name in ("a", "b", "c", "wide", "d", "e", "f")], builders, cores=2))
    assert builders.most == 2
    assert together == [1]


def test_a_failure_ends_what_is_not_started() -> None:
    """What runs is brought to its end and recorded."""
    builders, both = Builders(), threading.Barrier(2, timeout=SECONDS)
    builders.does["bad@old"] = lambda: fail(both)
    builders.does["other@old"] = lambda: wait_for(both, then=0.1)
    steps = [train("bad", "old"), train("other", "old"), train("later", "old"), train("next", "old", "train@other-old")]
    made, records, report = run(scheduler(steps, builders))
    assert list(made.failed) == ["train@bad-old"]
    assert records.recorded == ["train@other-old"]
    assert "later@old" not in builders.started
    assert "train@next-old" not in records.looked
    assert Counter(report.of("failed")) == {"train@bad-old": 1}


def wait_for(both: threading.Barrier, then: float) -> None:
    """A build that takes some seconds more when another one runs, too."""
    both.wait()
    time.sleep(then)


def fail(both: threading.Barrier | None = None) -> None:
    """A build that fails, as soon as another one runs where that is asked for."""
    if both is not None:
        both.wait()
    raise BuildError("it does not converge")


def test_a_failure_blocks_only_what_needs_it_where_told_to_keep_going() -> None:
    """A build that fails, and one that cannot be recorded."""
    builders = Builders()
    builders.does["bad@old"] = fail
    records = Records(broken=["train@full-old"])
    steps = [train("bad", "old"), train("full", "old"), train("good", "old")]
    steps += [train("after", "new", "train@bad-old"), train("more", "new", "train@good-old")]
    made, _, _ = run(scheduler(steps, builders, records, keep_going=True))
    assert sorted(made.failed) == ["train@bad-old", "train@full-old"]
    assert records.recorded == ["train@good-old", "train@more-new"]


def test_what_cannot_be_looked_at_is_a_failure_of_that_stage() -> None:
    """Not of the builds that run."""

    class Wrong(Records):
        def fetch(self, name: str, remake: object) -> bool:
            if name == "train@odd-old":
                raise RemodelError("its folder is a file")
            return False

    made, records, _ = run(scheduler([train("odd", "old"), train("good", "old")], Builders(), Wrong(), keep_going=True))
    assert list(made.failed) == ["train@odd-old"]
    assert records.recorded == ["train@good-old"]


def test_a_stage_that_is_not_ours_runs_alone() -> None:
    """When nothing of ours runs or can run; then the rest."""
    builders = Builders()
    records, alone = Records(), list[tuple[str, set[str]]]()
    records.foreign = lambda name: alone.append((name, set(builders.running)))
    for model in "abc":
        builders.does[f"{model}@old"] = lambda: time.sleep(0.02)
    steps = [Step("own", Foreign(), ()), *(train(model, "old") for model in "abc"), train("last", "new", "own")]
    run(scheduler(steps, builders, records))
    assert alone == [("own", set())]
    assert records.recorded[-2:] == ["own", "train@last-new"]
    assert set() in builders.kept


def test_a_stage_that_is_not_ours_does_not_run_after_a_failure() -> None:
    """It may take long, and needs to be looked at as much as ours."""
    builders, records = Builders(), Records()
    builders.does["bad@old"] = fail
    records.foreign = lambda name: pytest.fail("it ran")
    made, _, _ = run(scheduler([Step("own", Foreign(), ()), train("bad", "old")], builders, records))
    assert list(made.failed) == ["train@bad-old"]


def test_images_are_made_once_for_all_and_not_beside_builds() -> None:
    """What has one starts first."""
    builders = Builders(images=["old"])
    steps = [train("a", "new"), train("b", "old"), train("c", "newest")]
    run(scheduler(steps, builders))
    assert builders.prepared == [["new", "newest"]]
    assert builders.started[0] == "b@old"
    assert len(builders.started) == 3


def test_interrupted_it_records_what_has_ended() -> None:
    """What runs is ended, and not recorded."""

    class Interrupted(Records):
        interrupted = False

        def record(self, name: str) -> None:
            if not self.interrupted:
                self.interrupted = True
                raise KeyboardInterrupt
            super().record(name)

    builders, both, records = Builders(), threading.Barrier(2, timeout=SECONDS), Interrupted()

    def slow() -> None:
        both.wait()
        assert builders.ended.wait(SECONDS)
        raise BuildError("the container was ended")

    builders.does |= {"slow@old": slow, "quick@old": lambda: wait_for(both, then=0)}
    made, _, report = scheduler([train("slow", "old"), train("quick", "old")], builders, records)
    with pytest.raises(KeyboardInterrupt):
        made.run()
    assert records.recorded == ["train@quick-old"]
    assert report.of("failed") == []


def test_an_error_that_nobody_expected_ends_all() -> None:
    """It is raised, not kept."""
    builders = Builders()
    builders.does["a@old"] = lambda: {}["missing"]
    made, _, _ = scheduler([train("a", "old"), train("b", "old")], builders)
    with pytest.raises(KeyError):
        made.run()
    assert builders.ended.is_set()

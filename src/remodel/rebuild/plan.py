"""What a rebuild is about: the stages that are asked for, all that they need, and which can be looked at now."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

from remodel.checkout import Checkout
from remodel.display.reporter import ShownStage
from remodel.errors import UsageError
from remodel.rebuild.work import Foreign, Train, Work, log_file

NEAREST = 3
"""How many names an error offers instead of one that does not exist."""


@dataclass(frozen=True)
class Request:
    """What the command line asks for. No targets: everything. No jobs: the machine's cores."""

    targets: tuple[str, ...] = ()
    jobs: int | None = None
    keep_going: bool = False
    engine: str | None = None


@dataclass(frozen=True)
class Step:
    """One stage: its work, and the stages whose outputs it needs."""

    name: str
    work: Work
    after: tuple[str, ...]

    @property
    def environment(self) -> str:
        """Where its model is built; empty where it builds none."""
        return self.work.environment if isinstance(self.work, Train) else ""

    def shown(self, seconds: float | None = None) -> ShownStage:
        """As a reporter shows it; `seconds` is how long it took the last time."""
        log = "" if isinstance(self.work, Foreign) else log_file(self.work.log)
        return ShownStage(self.name, self.environment, log, seconds)


def find_targets(
    steps: Sequence[Step], targets: Iterable[str], unlisted: Mapping[str, Collection[str]] | None = None
) -> list[str]:
    """The stages that targets name: a stage, a group of them (train), MODEL@ENVIRONMENT, a model or an environment.

    `unlisted`: what the checkout has and the pipeline does not list, by the key of params.yaml that would list it.
    UsageError with the nearest names where there is none.
    """
    meanings = _meanings(steps)
    named: dict[str, None] = {}
    for target in targets:
        if target not in meanings:
            raise _unknown(target, meanings, unlisted)
        named.update(dict.fromkeys(meanings[target]))
    return list(named)


def _unknown(target: str, known: Iterable[str], unlisted: Mapping[str, Collection[str]] | None) -> UsageError:
    for key, names in (unlisted or {}).items():
        if target in names:
            return UsageError(f"params.yaml does not list {target} under `{key}`", "Add it there to have it built")
    near = difflib.get_close_matches(target, known, n=NEAREST, cutoff=0.5)
    hint = f"did you mean {' or '.join(map(repr, near))}?" if near else "See: remodel rebuild --dry-run"
    return UsageError(f"there is no stage, model or environment {target!r}", hint)


def _meanings(steps: Sequence[Step]) -> dict[str, list[str]]:
    meanings: dict[str, list[str]] = {}
    for step in steps:
        meant_by = [step.name, step.name.partition("@")[0]]
        if isinstance(step.work, Train):
            meant_by += [step.work.log, step.work.model, step.work.environment]
        for target in dict.fromkeys(meant_by):
            meanings.setdefault(target, []).append(step.name)
    for step in steps:
        meanings[step.name] = [step.name]
    return meanings


def unlisted(checkout: Checkout) -> dict[str, set[str]]:
    """Every model and environment that the checkout has, by the key of params.yaml that lists those to build."""
    return {
        "models": {path.stem for path in (checkout.conf / "model").glob("*.yaml")},
        "environments": {path.parent.name for path in checkout.docker.glob("*/conda-lock.yml")},
    }


def with_ancestors(steps: Sequence[Step], names: Collection[str]) -> list[Step]:
    """The named stages and all that they need, in the order of `steps`."""
    after = {step.name: step.after for step in steps}
    wanted: set[str] = set()
    left = list(names)
    while left:
        name = left.pop()
        if name not in wanted:
            wanted.add(name)
            left.extend(after[name])
    return [step for step in steps if step.name in wanted]


class Agenda:
    """The steps that can be looked at, each once, as soon as all that it needs is settled; the first to start first."""

    def __init__(self, steps: Sequence[Step], seconds: Mapping[str, float]) -> None:
        self._left = {step.name: step for step in steps}
        self._place = {step.name: place for place, step in enumerate(by_expected_time(steps, seconds))}
        self._sorter = TopologicalSorter({step.name: step.after for step in steps})
        self._sorter.prepare()

    def ready(self) -> list[Step]:
        """Those that nobody has been given yet."""
        return sorted((self._left[name] for name in self._sorter.get_ready()), key=self.place)

    def settle(self, step: Step) -> None:
        """It is up to date: what needs it may be looked at."""
        self._sorter.done(step.name)
        del self._left[step.name]

    def left(self, failed: Collection[str]) -> list[Step]:
        """Those that are not settled, and can be in spite of those that failed."""
        never = {*failed, *(blocked(self._left.values(), failed) if failed else ())}
        return [step for step in self._left.values() if step.name not in never]

    def place(self, step: Step) -> int:
        """Where a step stands in the order in which to start them."""
        return self._place[step.name]


def recorded_failures(checkout: Checkout, steps: Iterable[Step]) -> list[str]:
    """A line for each model of these steps that could not be built: its stage has that as its result, and went on."""
    return [line for step in steps if isinstance(step.work, Train) and (line := step.work.failure(checkout))]


def blocked(steps: Iterable[Step], failed: Collection[str]) -> dict[str, str]:
    """Every step that needs a failed one, directly or not, and the first failed one that it needs."""
    reason: dict[str, str] = {name: name for name in failed}
    waiting: dict[str, str] = {}
    for step in steps:
        needs = [reason[need] for need in step.after if need in reason]
        if needs and step.name not in reason:
            reason[step.name] = waiting[step.name] = needs[0]
    return waiting


def by_expected_time(steps: Iterable[Step], seconds: Mapping[str, float]) -> list[Step]:
    """The order in which to start steps: one environment after the other, the longest first in each.

    One after the other, because each warm environment takes memory; the longest first, because a long one that starts
    last keeps one core busy and the others idle. `seconds` is what each took the last time.
    """
    listed = list(steps)
    usual = sorted(seconds.values())[len(seconds) // 2] if seconds else 0.0
    homes = list(dict.fromkeys(step.environment for step in listed))
    return sorted(listed, key=lambda step: (homes.index(step.environment), -seconds.get(step.name, usual)))

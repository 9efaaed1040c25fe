"""Which stages a rebuild is about and which of them can run now: pure functions from names to names."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from remodel.errors import UsageError
from remodel.rebuild.work import Train, Work

NEAREST = 3
"""How many names an error offers instead of one that does not exist."""


@dataclass(frozen=True)
class Step:
    """One stage: its work, and the stages whose outputs it needs."""

    name: str
    work: Work
    after: tuple[str, ...]


def find_targets(steps: Sequence[Step], targets: Iterable[str]) -> list[str]:
    """The stages that targets name: a stage, a group of them (train), MODEL@ENVIRONMENT, a model or an environment.

    UsageError with the nearest names where there is none.
    """
    meanings = _meanings(steps)
    found: dict[str, None] = {}
    for target in targets:
        if target not in meanings:
            near = difflib.get_close_matches(target, meanings, n=NEAREST, cutoff=0.5)
            hint = f"did you mean {' or '.join(map(repr, near))}?" if near else "See: remodel rebuild --dry-run"
            raise UsageError(f"there is no stage, model or environment {target!r}", hint)
        found.update(dict.fromkeys(meanings[target]))
    return list(found)


def _meanings(steps: Sequence[Step]) -> dict[str, list[str]]:
    meanings: dict[str, list[str]] = {}
    for step in steps:
        words = [step.name, step.name.partition("@")[0]]
        if isinstance(step.work, Train):
            words += [step.work.log, step.work.model, step.work.environment]
        for word in dict.fromkeys(words):
            meanings.setdefault(word, []).append(step.name)
    for step in steps:
        meanings[step.name] = [step.name]
    return meanings


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


def ready(steps: Iterable[Step], settled: Collection[str]) -> list[Step]:
    """The steps that are not settled and whose needs all are."""
    return [step for step in steps if step.name not in settled and all(need in settled for need in step.after)]


def blocked(steps: Iterable[Step], failed: Collection[str]) -> dict[str, str]:
    """Every step that needs a failed one, directly or not, and the first failed one that it needs."""
    reason: dict[str, str] = {name: name for name in failed}
    found: dict[str, str] = {}
    for step in steps:
        needs = [reason[need] for need in step.after if need in reason]
        if needs and step.name not in reason:
            reason[step.name] = found[step.name] = needs[0]
    return found


def by_expected_time(steps: Iterable[Step], seconds: Mapping[str, float]) -> list[Step]:
    """The order in which to start steps: one environment after the other, the longest first in each.

    One after the other, because each warm environment takes memory; the longest first, because a long one that starts
    last keeps one core busy and the others idle. `seconds` is what each took the last time.
    """
    listed = list(steps)
    usual = sorted(seconds.values())[len(seconds) // 2] if seconds else 0.0
    homes = list(dict.fromkeys(_home(step) for step in listed))
    return sorted(listed, key=lambda step: (homes.index(_home(step)), -seconds.get(step.name, usual)))


def _home(step: Step) -> str:
    return step.work.environment if isinstance(step.work, Train) else ""

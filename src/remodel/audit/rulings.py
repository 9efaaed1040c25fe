"""What was decided of a comparison, and whether each model may move: pure functions of comparison and decisions.

Whoever tells a verdict asks here first: a change that somebody has accepted is no longer one to decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from remodel.audit.decisions import Decision
from remodel.audit.verdict import BASELINE, CHANGED, EQUIVALENT, FAILED, IDENTICAL, RETIRED
from remodel.results.comparison import Comparison, Entry
from remodel.results.target import Target

MOVES = (IDENTICAL, EQUIVALENT, RETIRED)
"""Verdicts that need no decision."""

ACCEPTED = "accepted"
"""What stands in a verdict's place where a change was accepted."""

STALE = "its decision is for artifacts that no longer exist"


@dataclass(frozen=True)
class Decided:
    """A decision on a model that needs one, and whether it holds for the artifacts that are compared."""

    decision: Decision
    holds: bool

    def __str__(self) -> str:
        return f"{ACCEPTED if self.holds else STALE}: {self.decision}"


@dataclass(frozen=True)
class Ruling:
    """Whether one model may move, and why."""

    model: str
    environment: str
    passes: bool
    verdict: str
    reason: str

    def __str__(self) -> str:
        word = "pass" if self.passes else "stop"
        reason = f": {self.reason}" if self.reason else ""
        return f"{word} {Target(self.model, self.environment)} {self.verdict}{reason}"


def decided(comparison: Comparison, decisions: Iterable[Decision]) -> dict[Target, Decided]:
    """The decisions on models that need one, by target: in any environment, also where nothing is released."""
    taken = {decision.target: decision for decision in decisions}
    return {
        entry.target: Decided(taken[entry.target], _holds(taken[entry.target], entry, comparison))
        for entry in comparison.entries
        if entry.target in taken and entry.verdict not in (*MOVES, BASELINE)
    }


def unneeded(comparison: Comparison, decisions: Iterable[Decision]) -> Iterator[str]:
    """Decisions on what needs none, as "model@environment is identical": they can go from decisions.yaml."""
    verdicts = {entry.target: entry.verdict for entry in comparison.entries}
    for decision in decisions:
        verdict = verdicts.get(decision.target, "not compared")
        if verdict in (*MOVES, BASELINE, "not compared"):
            yield f"{decision.target} is {verdict}"


def failures(comparison: Comparison) -> list[Target]:
    """What could not be built, in any environment: told before all else, also where it keeps nothing from moving."""
    return [entry.target for entry in comparison.entries if entry.verdict == FAILED]


def rulings(comparison: Comparison, decisions: Iterable[Decision]) -> list[Ruling]:
    """One ruling a model of the release environment; none where that is the baseline, as nothing moves."""
    release = comparison.release_environment
    if release == comparison.baseline:
        return []
    standing = decided(comparison, decisions)
    return [_ruling(comparison.at(model, release), standing.get(Target(model, release))) for model in comparison.models]


def _ruling(entry: Entry, standing: Decided | None) -> Ruling:
    reasons = "; ".join(entry.reasons)
    if standing is not None and standing.holds:
        return Ruling(entry.model, entry.environment, True, ACCEPTED, str(standing.decision))
    if standing is not None:
        reasons = f"{reasons}; {STALE}"
    return Ruling(entry.model, entry.environment, entry.verdict in MOVES, entry.verdict, reasons)


def _holds(decision: Decision, entry: Entry, comparison: Comparison) -> bool:
    """Only a change can be accepted, and only between the artifacts that were looked at."""
    base = comparison.at(entry.model, comparison.baseline)
    return entry.verdict == CHANGED and decision.holds(entry, base)

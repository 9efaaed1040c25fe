"""What needs a decision, by the rule that is broken: ten models that break one rule are one line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from remodel.audit.forecast import Outlook
from remodel.audit.rulings import Ruling
from remodel.audit.verdict import FAILED, FAILED_IN_BASELINE

RULES = (
    (re.compile(r"labels (out of fold|in sample) flip"), "more labels flip than allowed"),
    (re.compile(r"^probabilities (out of fold|in sample) move"), "probabilities move more than allowed"),
    (re.compile(r"^decision scores (out of fold|in sample) put"), "decision scores put rows in another order"),
    (re.compile(r"^numbers (out of fold|in sample) move"), "numbers move more than allowed"),
    (re.compile(r"^it answers with .*, and in .* with"), "answers of another kind"),
)
"""What a reason of a verdict says, and what it is called in one line. docs/audit.md has the rules."""

WORSE = re.compile(r"^(?P<score>.+) may be worse by ")

DETAIL = re.compile(r"'[^']*'|\b\d+(?:[.,]\d+)*(?:e[+-]?\d+)?%?")
"""What differs between two messages of one kind."""


@dataclass(frozen=True)
class Group:
    """Models that may not move for the same reason; the rulings in the order of the models' names."""

    rule: str
    verdict: str
    rulings: Sequence[Ruling]


@dataclass(frozen=True)
class Announcement:
    """What a later version will do, and to which models."""

    outlook: Outlook
    models: Sequence[str]


def rule_of(ruling: Ruling, reasons: Sequence[str]) -> str:
    """The first rule that a model breaks; of a failure, what it says without its details."""
    first = reasons[0] if reasons else ruling.reason
    for pattern, title in RULES:
        if pattern.search(first):
            return title
    if worse := WORSE.match(first):
        return f"{worse['score']} may be worse than allowed"
    return DETAIL.sub("…", first)


def by_rule(stopped: Iterable[tuple[Ruling, Sequence[str]]]) -> list[Group]:
    """Rulings with the reasons of their verdicts, by rule: failures first, then by how many models break one."""
    found: dict[tuple[str, str], list[Ruling]] = {}
    for ruling, reasons in stopped:
        found.setdefault((ruling.verdict, rule_of(ruling, reasons)), []).append(ruling)
    groups = [Group(rule, verdict, tuple(rulings)) for (verdict, rule), rulings in found.items()]
    failed = (FAILED, FAILED_IN_BASELINE)
    return sorted(groups, key=lambda group: (group.verdict not in failed, -len(group.rulings), group.rule))


def by_announcement(announced: Iterable[tuple[str, Outlook]]) -> list[Announcement]:
    """Announced changes, each once, with the models that it is about; the first version first."""
    found: dict[Outlook, list[str]] = {}
    for model, outlook in announced:
        found.setdefault(outlook, []).append(model)
    return [Announcement(outlook, models) for outlook, models in found.items()]

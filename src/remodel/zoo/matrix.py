"""What the zoo's outcomes say of every estimator in every environment: pure functions from outcomes to cells.

A cell counts what was built and exported, and names the reasons for what was not by letters, which the page explains.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from remodel.zoo.builds import Outcome

GROUPS = ("classifier", "preprocessing")


@dataclass(frozen=True)
class KnownReason:
    """A kind of reason with its explanation: a pattern in a message of the builder or a library, where to read on."""

    match: str
    because: str
    see: str


@dataclass(frozen=True)
class Cell:
    """One estimator in one environment: recipes, how many were built and exported, and reasons for the others."""

    recipes: int
    built: int
    exported: int
    difference_below: str | None
    reasons: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether everything was built and exported."""
        return self.exported == self.recipes


Table = Mapping[tuple[str, str], Cell]
"""Cells by (estimator, environment)."""


def table(group: str, outcomes: Mapping[str, Sequence[Outcome]]) -> dict[tuple[str, str], Cell]:
    """The cells of one group of choices, of the outcomes by environment."""
    cells = {}
    for environment, built in outcomes.items():
        for name in dict.fromkeys(getattr(outcome, group) for outcome in built):
            cells[name, environment] = cell([outcome for outcome in built if getattr(outcome, group) == name])
    return cells


def cell(outcomes: Sequence[Outcome]) -> Cell:
    """The cell of these recipes."""
    built = [outcome for outcome in outcomes if outcome.refusal is None]
    exported = [outcome for outcome in built if outcome.no_onnx is None]
    return Cell(
        recipes=len(outcomes),
        built=len(built),
        exported=len(exported),
        difference_below=max((outcome.difference_below or "" for outcome in exported), key=_size, default=None),
        reasons=tuple(sorted({reason for outcome in outcomes if (reason := why_not(outcome)) is not None})),
    )


def why_not(outcome: Outcome) -> str | None:
    """Why a recipe was not built or not exported, without what differs between recipes and environments."""
    reason = outcome.refusal or outcome.no_onnx
    if reason is None:
        return None
    # The check of predictions does not say which estimator made them differ.
    return general(f"{outcome.classifier}: {reason}" if reason.startswith("parity") else reason)


def general(reason: str) -> str:
    """A reason without places, versions and numbers."""
    text = re.sub(r"^(skl2onnx|ONNX Runtime) [\d.]+", r"\1", reason)
    text = re.sub(r"^(fold \d+ of \d+|final \w+), ", "", text)
    text = re.sub(r"^pipeline\.[\w.\[\]]+: ", "", text)
    text = re.sub(r"\b(scikit-learn) \d+\.\d+\.\d+\b", r"this \1", text)
    text = re.sub(r" and attributes=.*|\. You may raise an issue at .*", "", text)
    text = re.sub(r"shape=\[\d+\]", "shape=[...]", text)
    return re.sub(r"\b\d+ of \d+\b", "some", text)


def unexplained(reasons: Iterable[str], known: Sequence[KnownReason]) -> list[str]:
    """The reasons that nobody explained."""
    return sorted({reason for reason in reasons if known_reason(reason, known) is None})


def known_reason(reason: str, known: Sequence[KnownReason]) -> KnownReason | None:
    """The first known reason whose pattern is found in this one."""
    return next((candidate for candidate in known if re.search(candidate.match, reason)), None)


def _size(bound: str) -> float:
    return float(bound or 0)

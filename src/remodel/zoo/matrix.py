"""What the zoo's outcomes say of every estimator in every environment: pure functions from outcomes to cells.

A cell counts what was built and exported, and names the reasons for what was not by letters, which the page explains.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from remodel.zoo.builds import Outcome

GROUPS = ("classifier", "regressor", "outlier", "preprocessing")


@dataclass(frozen=True)
class KnownReason:
    """A kind of reason with its explanation: a pattern in a message of the builder or a library, where to read on."""

    match: str
    because: str
    see: str


@dataclass(frozen=True)
class Cell:
    """One estimator in one environment: recipes, how many were built, how many have an exact file and how many one in
    single precision, and the reasons for what is missing."""

    recipes: int
    built: int
    exact: int
    single: int
    reasons: tuple[str, ...]

    @property
    def exported(self) -> int:
        """How many have a file."""
        return self.exact + self.single

    @property
    def complete(self) -> bool:
        """Whether everything was built and has a file."""
        return self.exported == self.recipes


Table = Mapping[tuple[str, str], Cell]
"""Cells by (estimator, environment)."""


def table(group: str, outcomes: Mapping[str, Sequence[Outcome]]) -> dict[tuple[str, str], Cell]:
    """The cells of one group of choices, of the outcomes by environment."""
    cells = {}
    for environment, built in outcomes.items():
        own: dict[str, list[Outcome]] = {}
        for outcome in built:
            if group in ("preprocessing", outcome.group):
                name = outcome.preprocessing if group == "preprocessing" else outcome.predictor
                own.setdefault(name, []).append(outcome)
        cells.update({(name, environment): cell(some) for name, some in own.items()})
    return cells


def cell(outcomes: Sequence[Outcome]) -> Cell:
    """The cell of these recipes."""
    built = [outcome for outcome in outcomes if outcome.refusal is None]
    exported = [outcome.exporter for outcome in built if outcome.no_onnx is None]
    return Cell(
        recipes=len(outcomes),
        built=len(built),
        exact=exported.count("exact"),
        single=exported.count("skl2onnx"),
        reasons=tuple(sorted({reason for outcome in outcomes if (reason := why_not(outcome)) is not None})),
    )


def why_not(outcome: Outcome) -> str | None:
    """Why a recipe was not built or not exported, without what differs between recipes and environments."""
    reason = outcome.refusal or outcome.no_onnx
    if reason is None:
        return None
    # The check of predictions does not say which estimator made them differ.
    return general(f"{outcome.predictor}: {reason}" if reason.startswith("parity") else reason)


def general(reason: str) -> str:
    """A reason without places, versions and numbers."""
    text = re.sub(r"\b(skl2onnx|ONNX Runtime) \d[\d.]*(?=:)", r"\1", reason)
    text = re.sub(r"^(fold \d+ of \d+|final \w+), ", "", text)
    text = re.sub(r"^pipeline\.[\w.\[\]]+: ", "", text)
    text = re.sub(r"\b(scikit-learn) \d+\.\d+\.\d+\b", r"this \1", text)
    text = re.sub(r" and attributes=.*|\. You may raise an issue at .*", "", text)
    text = re.sub(r"shape=\[\d+\]", "shape=[...]", text)
    text = re.sub(r"shape \(\d+,\)", "shape (...)", text)
    text = re.sub(r"dimension is \d+", "dimension is ...", text)
    text = re.sub(r": (np\.str_\()?'[^']*'\)?$", "", text)
    return re.sub(r"\b\d+ of \d+\b", "some", text)


def unexplained(reasons: Iterable[str], known: Sequence[KnownReason]) -> list[str]:
    """The reasons that nobody explained."""
    return sorted({reason for reason in reasons if known_reason(reason, known) is None})


def known_reason(reason: str, known: Sequence[KnownReason]) -> KnownReason | None:
    """The first known reason whose pattern is found in this one."""
    return next((candidate for candidate in known if re.search(candidate.match, reason)), None)

"""decisions.yaml: models that may move although they changed, each for exactly the artifacts that were looked at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from remodel.errors import UsageError
from remodel.files import write_bytes
from remodel.results.comparison import Entry
from remodel.results.target import Target
from remodel.yaml import parse, read_yaml

NAME = "decisions.yaml"

HEADER = """\
# Models that may move although they changed: `remodel gate --accept MODEL@ENVIRONMENT --reason "..."` adds one.
# A decision holds for the artifacts with these sha256 only, the baseline's and the new ones.
"""


class Decision(BaseModel):
    """One accepted change; the digests are of the files beside the model's manifest."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str
    environment: str
    reason: str = Field(min_length=1, pattern=r"\S")
    by: str = ""
    """Who took it, as git knows them: "Name <address>"; empty where git knows nobody."""
    on: str = ""
    """The day, in UTC."""
    baseline: dict[str, str]
    artifacts: dict[str, str]

    def __str__(self) -> str:
        """The reason, and who gave it when."""
        signed = ", ".join(part for part in (self.by.partition(" <")[0], self.on) if part)
        return f"{self.reason} ({signed})" if signed else self.reason

    @property
    def target(self) -> Target:
        """What may move."""
        return Target(self.model, self.environment)

    def holds(self, entry: Entry, base: Entry) -> bool:
        """Whether it was taken for the artifacts of these two entries of a comparison."""
        return self.artifacts == entry.artifacts and self.baseline == base.artifacts


class Decisions(BaseModel):
    """The content of decisions.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    decisions: tuple[Decision, ...] = ()


def read_decisions(root: Path) -> tuple[Decision, ...]:
    """The decisions of a checkout, none where there is no file. UsageError where it is not understood, or has two
    on one model."""
    path = root / NAME
    if not path.exists():
        return ()
    decisions = parse(Decisions, read_yaml(path) or {}, NAME).decisions
    taken: dict[Target, Decision] = {}
    for decision in decisions:
        if (other := taken.setdefault(decision.target, decision)) is not decision:
            raise UsageError(
                f"{NAME} has two decisions on {decision.target}: {other}; {decision}",
                "Keep the one that holds for what is built now (remodel gate tells whether it does)",
            )
    return decisions


def write_decisions(root: Path, decisions: Sequence[Decision]) -> None:
    """Write decisions.yaml, sorted by model and environment."""
    content = [
        decision.model_dump(exclude_defaults=True)
        for decision in sorted(decisions, key=lambda decision: decision.target)
    ]
    text = yaml.safe_dump({"decisions": content}, sort_keys=False, allow_unicode=True, width=120)
    write_bytes(root / NAME, (HEADER + text).encode())

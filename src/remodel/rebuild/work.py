"""What a stage's command asks for: one of remodel's own stages, or something that only DVC can run."""

from __future__ import annotations

import re
from dataclasses import dataclass

from remodel.results.target import Target

OURS = re.compile(r"python -m remodel stage (?P<stage>snapshot|recipes|train|compare|package)(?P<words>(?: [\w.-]+)*)")

WORDS = {"snapshot": 1, "recipes": 0, "train": 2, "compare": 0, "package": 0}
"""How many words follow the name of a stage."""


@dataclass(frozen=True)
class Train:
    """Build one model in one environment, in a warm container."""

    model: str
    environment: str

    @property
    def log(self) -> str:
        """The name of its log."""
        return str(Target(self.model, self.environment))


@dataclass(frozen=True)
class OwnStage:
    """A stage in a container of its own: a snapshot of `dataset`, or one of the host's stages."""

    stage: str
    dataset: str = ""

    @property
    def log(self) -> str:
        """The name of its log."""
        return f"snapshot@{self.dataset}" if self.dataset else self.stage


@dataclass(frozen=True)
class Foreign:
    """A command that is not one of remodel's: DVC runs it."""


Work = Train | OwnStage | Foreign


def work_of(command: str, plain: bool) -> Work:
    """The work of a stage's command; Foreign where the stage is more than a command, its inputs and its outputs."""
    match = OURS.fullmatch(command)
    if match is None or not plain:
        return Foreign()
    words = match["words"].split()
    if len(words) != WORDS[match["stage"]]:
        return Foreign()
    return Train(*words) if match["stage"] == "train" else OwnStage(match["stage"], *words)

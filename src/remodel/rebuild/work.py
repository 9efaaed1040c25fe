"""What a stage's command asks for: one of remodel's own stages, or something that only DVC can run."""

from __future__ import annotations

from dataclasses import dataclass

from remodel.pipeline.stage import STAGES, parse
from remodel.results.target import Target


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
    def arguments(self) -> tuple[str, ...]:
        """What follows the name of the stage."""
        return (self.dataset,) if self.dataset else ()

    @property
    def log(self) -> str:
        """The name of its log."""
        return STAGES[self.stage].instance(*self.arguments)


@dataclass(frozen=True)
class Foreign:
    """A command that is not one of remodel's: DVC runs it."""


Work = Train | OwnStage | Foreign


def work_of(command: str, plain: bool) -> Work:
    """The work of a stage's command; Foreign where the stage is more than a command, its inputs and its outputs."""
    parsed = parse(command)
    if parsed is None or not plain:
        return Foreign()
    stage, arguments = parsed
    return Train(*arguments) if stage.name == "train" else OwnStage(stage.name, *arguments)

"""What a stage's command asks for: one of remodel's own stages, or something that only DVC can run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from remodel.checkout import Checkout
from remodel.pipeline.stage import STAGES, parse
from remodel.results.target import Target


def log_file(name: str) -> str:
    """Where a log is, as seen from the checkout."""
    return str(Path(".remodel") / "logs" / f"{name}.log")


@dataclass(frozen=True)
class Train:
    """Build one model in one environment, in a warm container."""

    model: str
    environment: str

    @property
    def log(self) -> str:
        """The name of its log."""
        return str(Target(self.model, self.environment))

    def failure(self, checkout: Checkout) -> str:
        """A line on why its build failed, which is its result then; empty: it did not."""
        path = checkout.models / self.model / self.environment / "result.json"
        if not path.is_file() or b'"failed"' not in path.read_bytes():
            return ""
        # Only now: a rebuild with nothing to do, and nothing to tell, ends before this is loaded.
        from remodel.results.endings import Failed, read_ending

        ending = read_ending(path.parent, self.model, self.environment)
        return f"{self.log}: {ending} (log: {log_file(self.log)})" if isinstance(ending, Failed) else ""


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

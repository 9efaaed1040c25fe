"""The stages of dvc.yaml, in one table, which costs nothing to read: it names what a stage runs, and loads nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

COMMAND = ("python", "-m", "remodel", "stage")
"""How the command of every stage begins."""

ARGUMENT = re.compile(r"[\w.][\w.-]*")
"""The name of a dataset, a model or an environment; nothing that a shell or our command line understands otherwise."""

CONTROL = "control"
"""The environment of the host's own stages, which run in it as a whole; the others start containers from the host."""


@dataclass(frozen=True)
class Stage:
    """One kind of stage; paths are below the checkout, with the arguments in braces."""

    name: str
    arguments: tuple[str, ...]
    """What follows the name on the command line, and in dvc.yaml, where the stage is called train@MODEL-ENVIRONMENT."""
    reads: tuple[str, ...]
    """What of the checkout it reads, its source aside. The control container sees nothing else."""
    writes: str
    """The folder that it fills, which is replaced as a whole."""
    runs_in: str
    """The environment: CONTROL, a key of params.yaml that names it, or one of the arguments."""
    run: str
    """The function that does it, as MODULE:FUNCTION: run(checkout, out) in the control container, else
    run(checkout, *arguments) on the host."""

    @property
    def in_control(self) -> bool:
        """Whether all of it runs in the control container."""
        return self.runs_in == CONTROL

    @property
    def function(self) -> Callable[..., None]:
        """The function, loaded now."""
        module, _, name = self.run.partition(":")
        function: Callable[..., None] = getattr(import_module(module), name)
        return function

    def instance(self, *arguments: str) -> str:
        """The name of one stage in dvc.yaml."""
        return f"{self.name}@{'-'.join(arguments)}" if arguments else self.name

    def folder(self, *arguments: str) -> str:
        """The folder that one stage fills."""
        return self.writes.format(**dict(zip(self.arguments, arguments, strict=True)))


STAGES = {
    stage.name: stage
    for stage in (
        Stage(
            name="snapshot",
            arguments=("dataset",),
            reads=("conf/cv", "conf/dataset/{dataset}.yaml"),
            writes="data/{dataset}",
            runs_in="snapshot_environment",
            run="remodel.pipeline.stages:snapshot",
        ),
        Stage(
            name="recipes",
            arguments=(),
            reads=("conf", "params.yaml", "data"),
            writes="recipes",
            runs_in=CONTROL,
            run="remodel.pipeline.recipe_files:write",
        ),
        Stage(
            name="train",
            arguments=("model", "environment"),
            reads=("recipes/{model}.json",),
            writes="models/{model}/{environment}",
            runs_in="environment",
            run="remodel.pipeline.stages:train",
        ),
        Stage(
            name="compare",
            arguments=(),
            reads=("conf", "decisions.yaml", "params.yaml", "models"),
            writes="reports",
            runs_in=CONTROL,
            run="remodel.pipeline.report_files:write",
        ),
        Stage(
            name="package",
            arguments=(),
            reads=("conf", "params.yaml", "models"),
            writes="release",
            runs_in=CONTROL,
            run="remodel.pipeline.package:write",
        ),
    )
}
"""In an order in which they can run."""


def parse(command: str) -> tuple[Stage, tuple[str, ...]] | None:
    """The stage that a command of dvc.yaml runs, and its arguments; None where it does anything else, or more."""
    words = command.split(" ")
    start, name, arguments = tuple(words[:4]), "".join(words[4:5]), tuple(words[5:])
    stage = STAGES.get(name) if start == COMMAND else None
    if stage is None or len(arguments) != len(stage.arguments) or not all(map(ARGUMENT.fullmatch, arguments)):
        return None
    return stage, arguments

"""Which models `remodel verify` is asked to look at: `model@environment`, or all that params.yaml lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from remodel.errors import UnknownName, UsageError
from remodel.recipes.params import Params


@dataclass(frozen=True)
class Target:
    """One model in one environment."""

    model: str
    environment: str

    def __str__(self) -> str:
        return f"{self.model}@{self.environment}"


def choose_targets(params: Params, words: Sequence[str], everything: bool) -> list[Target]:
    """The targets that the command line names. UsageError where it names none, both or an unknown one."""
    if bool(words) == everything:
        example = f"For example: remodel verify {params.models[0]}@{params.baseline}"
        raise UsageError("verify needs models or --all, and not both", example)
    if everything:
        return [Target(model, environment) for model in params.models for environment in params.environments]
    return [_target(params, word) for word in dict.fromkeys(words)]


def _target(params: Params, word: str) -> Target:
    model, at, environment = word.partition("@")
    if not at:
        raise UsageError(f"{word!r} names no environment", f"For example: remodel verify {word}@{params.baseline}")
    for kind, name, valid in (("model", model, params.models), ("environment", environment, params.environments)):
        if name not in valid:
            raise UnknownName(kind, name, valid, "params.yaml")
    return Target(model, environment)

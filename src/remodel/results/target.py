"""MODEL@ENVIRONMENT: one model in one environment, as a command line, a log and a record name it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from remodel.errors import UsageError


@dataclass(frozen=True, order=True)
class Target:
    """One model in one environment."""

    model: str
    environment: str

    def __str__(self) -> str:
        return f"{self.model}@{self.environment}"

    @classmethod
    def parse(cls, text: str, advice: str = "Write MODEL@ENVIRONMENT") -> Self:
        """The target of this name, whether or not there is one. UsageError, with `advice`, where the @ is missing."""
        model, at, environment = text.partition("@")
        if not at:
            raise UsageError(f"{text!r} names no environment", advice)
        return cls(model, environment)

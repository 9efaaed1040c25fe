"""What may run at once: cores and memory of the machine, and what each model says that it needs of them."""

from __future__ import annotations

import os
from dataclasses import dataclass

from remodel.checkout import Checkout
from remodel.errors import UsageError
from remodel.limits import machine_memory
from remodel.recipes.resources import declared_limit


@dataclass(frozen=True)
class Needs:
    """What one build needs while it runs: cores, and bytes of memory."""

    cores: int = 1
    memory: int = 0


@dataclass(frozen=True)
class Budget:
    """What all builds together may need."""

    cores: int
    memory: int

    def fits(self, more: Needs, running: list[Needs]) -> bool:
        """Whether one more build may start beside those that run. One with more threads than cores runs alone."""
        if not running:
            return True
        cores = more.cores + sum(needs.cores for needs in running)
        memory = more.memory + sum(needs.memory for needs in running)
        return cores <= self.cores and memory <= self.memory


def needs_of(checkout: Checkout, model: str, threads: int, budget: Budget) -> Needs:
    """What a model declares in its YAML file. UsageError where it could never run within the budget."""
    limit = declared_limit(checkout, model)
    if limit is not None and limit.size > budget.memory:
        message = f"{model} needs {limit.text} of memory, the budget is {budget.memory / (1 << 30):.1f} GiB"
        raise UsageError(message, f"Build it on a larger machine, or correct resources.memory in {limit.where}")
    return Needs(threads, limit.size if limit else 0)


def machine() -> Budget:
    """The cores that this process may use, and the memory of the machine or of its control group."""
    return Budget(len(os.sched_getaffinity(0)), machine_memory())

"""What may run at once: cores and memory of the machine, and what each model says that it needs of them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from remodel.checkout import Checkout
from remodel.errors import UsageError
from remodel.recipes.choices import Resources
from remodel.yaml import parse, read_yaml

SIZE = re.compile(r"(?P<number>\d+(?:\.\d+)?) ?(?P<unit>[KMGT]i?B?|B)?")
UNITS = {"": 1, "B": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}

LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
"""Where a control group says how much memory its processes may have, in version 2 and 1."""


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


class Declared(BaseModel):
    """The key `resources` among all other keys of the file, which are Hydra's to check."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    resources: Resources = Resources()


def bytes_of(size: str, where: str) -> int:
    """The number of bytes in "4GiB", "512MB" or "1.5G", all powers of 1024. UsageError where it is none of those."""
    match = SIZE.fullmatch(size.strip())
    if match is None:
        raise UsageError(f"{where}: {size!r} is not a size", "Write it like 4GiB or 512MiB")
    return int(float(match["number"]) * UNITS[(match["unit"] or "")[:1]])


def needs_of(checkout: Checkout, model: str, threads: int, budget: Budget) -> Needs:
    """What a model declares in its YAML file. UsageError where it could never run within the budget."""
    name = f"conf/model/{model}.yaml"
    declared = parse(Declared, read_yaml(checkout.conf / "model" / f"{model}.yaml"), name).resources
    memory = bytes_of(declared.memory, f"{name}, resources.memory") if declared.memory else 0
    if memory > budget.memory:
        message = f"{model} needs {declared.memory} of memory, the budget is {budget.memory / (1 << 30):.1f} GiB"
        raise UsageError(message, f"Build it on a larger machine, or correct resources.memory in {name}")
    return Needs(threads, memory)


def machine() -> Budget:
    """The cores that this process may use, and the memory of the machine or of its control group."""
    return Budget(len(os.sched_getaffinity(0)), min([_memory(), *_limits()]))


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _limits() -> list[int]:
    texts = [Path(name).read_text().strip() for name in LIMITS if Path(name).is_file()]
    return [int(text) for text in texts if text.isdigit()]

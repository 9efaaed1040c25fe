"""What an engine is: it makes one environment's image and runs one job in it. podman, docker and venv are engines."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from remodel.environments.environment import Environment
from remodel.environments.variables import fixed_environment
from remodel.errors import EngineError
from remodel.limits import SECONDS


@dataclass(frozen=True)
class Mount:
    """A folder or file of the host at the absolute path `target` in the container."""

    source: Path
    target: str
    writable: bool = False


@dataclass(frozen=True)
class Conditions:
    """What may differ between two runs of a job, and not what it makes: `remodel model verify` varies it."""

    variables: Mapping[str, str] = field(default_factory=dict)
    """Take the place of variables of the fixed environment, or are added to it."""
    hostname: str = "remodel"
    """The container's name for itself; the venv engine has the host's."""
    starter: tuple[str, ...] = ()
    """Words before `python`: a program that ends in running the program given to it."""


USUAL = Conditions()
"""What every build runs under."""


@dataclass(frozen=True)
class Job:
    """One run of the environment's Python: `argv` is what follows `python`."""

    environment: Environment
    argv: tuple[str, ...]
    mounts: tuple[Mount, ...]
    threads: int = 1
    name: str = "build"
    memory: int | None = None
    """A limit in bytes, or None for a share of the machine's."""
    seconds: float = SECONDS
    """How long it may take."""
    conditions: Conditions = USUAL
    stdin: int | None = None
    """A file descriptor that the job reads as its standard input; None: nothing to read."""

    @property
    def variables(self) -> dict[str, str]:
        """Every variable that the job sees in a container."""
        return {**fixed_environment(self.threads), **self.conditions.variables}


@dataclass(frozen=True)
class Image:
    """A prepared environment: the engine's reference and digest of it, its size in bytes, its base's digest."""

    reference: str
    digest: str
    size: int
    base_digest: str


class OutOfMemory(EngineError):
    """A job was killed because it took more memory than its limit."""


class Engine(ABC):
    """Prepares environments and runs jobs in them."""

    name: str
    isolated: bool

    @abstractmethod
    def check(self) -> None:
        """Raise EngineError, with what to do, where this engine cannot work on this host."""

    @abstractmethod
    def image_of(self, environment: Environment) -> Image | None:
        """The environment's image where it is there and fits the lock, the base and the recipe of images."""

    @abstractmethod
    def prepare(self, environment: Environment, report: Callable[[str], None]) -> Image:
        """The environment's image, made now where it is not there: can be killed at any moment and run again."""

    @abstractmethod
    def run(self, job: Job, on_line: Callable[[str], None]) -> int:
        """Run a job to its end and return its exit code.

        Raises OutOfMemory where the job took more than its limit, BuildError of kind "time" where it took longer than
        it may, EngineError where the engine fails, or the job is
        killed by anything else.
        """

    def export(self, environment: Environment, layout: Path) -> None:
        """Write the environment's image into a new folder in OCI image layout; EngineError where the engine cannot."""
        raise EngineError(f"{self.name} does not write images as OCI has them", "Use podman: --engine podman")

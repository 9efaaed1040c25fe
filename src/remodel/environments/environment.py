"""The locked environments of a checkout: one folder of docker/ each, and the control environment on top."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from remodel.checkout import Checkout, once_a_checkout
from remodel.environments.bases import Base, read_base
from remodel.environments.lockfile import (
    LOCK_NAME,
    WHEEL_PLATFORM,
    Pin,
    read_pins,
    read_python,
    requirements,
    sha256_text,
)
from remodel.environments.locking import CONTROL
from remodel.errors import UnknownName
from remodel.files import sha256_file
from remodel.versions import sort_by_version

IMAGE_CATEGORIES = ("main",)
"""What goes into an image; the control lock has more categories, for the host's .venv only."""


@dataclass(frozen=True)
class Environment:
    """One lock: its wheels for images, its Python ("3.11"), and the base that its image stands on."""

    name: str
    folder: Path
    python: str
    lock: Path
    lock_sha256: str
    pins: tuple[Pin, ...]
    base: Base

    @property
    def versions(self) -> dict[str, str]:
        """Version of every wheel, by name."""
        return {pin.name: pin.version for pin in self.pins}

    @cached_property
    def requirements(self) -> str:
        """The wheels as a requirements file with hashes."""
        return requirements(self.pins)

    @property
    def wheels_sha256(self) -> str:
        """Digest of what a laid tree of the wheels depends on, and of nothing else in the lock."""
        return sha256_text(f"{self.python} {WHEEL_PLATFORM}\n{self.requirements}")


def find_environment(checkout: Checkout, name: str) -> Environment:
    """One environment by name ("control" included). UnknownName with the choices; LockError where its lock is stale."""
    if name == CONTROL:
        return control_environment(checkout)
    names = environment_names(checkout)
    if name not in names:
        raise UnknownName("environment", name, names, "docker/")
    return read_environment(checkout, name, checkout.docker / name)


def all_environments(checkout: Checkout) -> list[Environment]:
    """Every environment that models are built in, oldest library first."""
    return [find_environment(checkout, name) for name in environment_names(checkout)]


def control_environment(checkout: Checkout) -> Environment:
    """The environment of the host's own stages: the top-level lock."""
    return read_environment(checkout, CONTROL, checkout.root)


def environment_names(checkout: Checkout) -> list[str]:
    """The folders of docker/ that hold an environment.yml, sorted by version: sklearn-0.24 before sklearn-1.10."""
    return sort_by_version(path.parent.name for path in checkout.docker.glob("*/environment.yml"))


@once_a_checkout(
    lambda checkout, name, folder: (*folder.glob("environment*.yml"), folder / LOCK_NAME, checkout.docker / "base.yaml")
)
def read_environment(checkout: Checkout, name: str, folder: Path) -> Environment:
    """The environment whose lock stands in `folder`, its lock checked against its sources."""
    lock = folder / LOCK_NAME
    pins, python = read_pins(lock, categories=IMAGE_CATEGORIES), read_python(lock)
    return Environment(name, folder, python, lock, sha256_file(lock), pins, read_base(checkout, python))

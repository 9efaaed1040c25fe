"""Versions of what is installed, read from the metadata: nothing is imported for it."""

from __future__ import annotations

import platform
import re
from functools import lru_cache
from importlib import metadata
from pathlib import Path


@lru_cache(maxsize=None)
def installed(name: str) -> str:
    """The version of one distribution, "1.5.2"."""
    return metadata.version(name)


def parsed(version: str) -> tuple[int, ...]:
    """(1, 5, 2) from "1.5.2" or "1.5.2rc1"; enough to compare released versions."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def at_least(name: str, version: str) -> bool:
    """Whether the installed distribution `name` is `version` or newer."""
    return parsed(installed(name)) >= parsed(version)


def interpreter() -> dict[str, str]:
    """The interpreter without its patch level, which may differ between engines."""
    version = ".".join(platform.python_version_tuple()[:2])
    return {"implementation": platform.python_implementation(), "version": version}


def distributions() -> dict[str, str]:
    """Name and version of every distribution in the folder that scikit-learn was installed in: the lock's wheels."""
    folder = Path(str(metadata.distribution("scikit-learn").locate_file("")))
    pairs = (entry.name[: -len(".dist-info")].split("-", 1) for entry in folder.glob("*.dist-info"))
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in sorted(pairs)}

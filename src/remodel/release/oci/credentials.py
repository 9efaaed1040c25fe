"""The user and password for a registry: from two variables, or from where `docker login` and `podman login` keep them.

Credential helpers are programs of others and are not started.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

USER, PASSWORD = "REMODEL_REGISTRY_USER", "REMODEL_REGISTRY_PASSWORD"

ADVICE = f"Set {USER} and {PASSWORD}, or log in with `docker login` or `podman login`"


@dataclass(frozen=True)
class Credentials:
    """Who asks; the password is in no message."""

    user: str
    password: str = field(repr=False)

    @property
    def basic(self) -> str:
        """The header that says so."""
        return f"Basic {base64.b64encode(f'{self.user}:{self.password}'.encode()).decode()}"


def find_credentials(host: str) -> Credentials | None:
    """The credentials for a registry, or None where there are none."""
    user, password = os.environ.get(USER), os.environ.get(PASSWORD)
    if user and password:
        return Credentials(user, password)
    kept = (_kept(path, host) for path in _files())
    return next((credentials for credentials in kept if credentials is not None), None)


def _files() -> Iterator[Path]:
    """In the order in which podman and docker look for them."""
    if named := os.environ.get("REGISTRY_AUTH_FILE"):
        yield Path(named)
    if runtime := os.environ.get("XDG_RUNTIME_DIR"):
        yield Path(runtime) / "containers" / "auth.json"
    docker = os.environ.get("DOCKER_CONFIG")
    yield (Path(docker) if docker else Path.home() / ".docker") / "config.json"


def _kept(path: Path, host: str) -> Credentials | None:
    """What a file keeps for a host; None where it keeps nothing, or cannot be read."""
    try:
        entry = json.loads(path.read_bytes())["auths"][host]["auth"]
        user, colon, password = base64.b64decode(entry).decode().partition(":")
    except (OSError, ValueError, KeyError, TypeError, binascii.Error):
        return None
    return Credentials(user, password) if colon else None

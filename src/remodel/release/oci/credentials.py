"""The user and password for a registry: from two variables, or from where `docker login` and `podman login` keep them;
and the origin that they belong to.

Credential helpers are programs of others and are not started.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

USER, PASSWORD = "REMODEL_REGISTRY_USER", "REMODEL_REGISTRY_PASSWORD"

PORTS = {"https": 443, "http": 80}

ADVICE = f"Set {USER} and {PASSWORD}, or log in with `docker login` or `podman login`"


@dataclass(frozen=True)
class Origin:
    """Whom a request goes to: a password is for one of them."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether no other machine can listen."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def is_private(self) -> bool:
        """Whether what is sent there can be read by nobody on the way."""
        return self.scheme == "https" or self.is_loopback

    def may_lead_to(self, other: Origin) -> bool:
        """Whether a redirect is followed: not out of TLS into the clear, and not from elsewhere to this machine."""
        return (self.scheme, other.scheme) != ("https", "http") and (self.is_loopback or not other.is_loopback)


def origin_of(url: str) -> Origin | None:
    """The origin of a URL; None where it is of no web server, or has a password of its own."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        return None
    if not parts.hostname or "@" in parts.netloc:
        return None
    return Origin(parts.scheme, parts.hostname.lower(), port)


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

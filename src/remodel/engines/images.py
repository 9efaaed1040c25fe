"""Images by name and by label: which one belongs to an environment, and what an engine tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from remodel.engines.engine import Image
from remodel.environments.bases import Base
from remodel.environments.environment import Environment
from remodel.environments.lockfile import sha256_text
from remodel.files import sha256_file

REGISTRY = "localhost/remodel"
"""Every reference begins with it, so that no engine ever asks a registry for one."""

BASE = "remodel.base"
"""The label with the base's digest, on bases and, passed on by docker/Containerfile, on environments."""

WHEELS = "remodel.wheels"
"""The label with the digest of the wheels inside. It says what an image is; a reference can be put on any image."""

INSPECTED = f'{{{{.Id}}}}|{{{{.Size}}}}|{{{{index .Config.Labels "{BASE}"}}}}|{{{{index .Config.Labels "{WHEELS}"}}}}'
"""What `image inspect --format` prints of an image, for podman and for docker."""


@dataclass(frozen=True)
class Inspected:
    """An image that an engine has, and the digest of the wheels that its label names ("" on a base)."""

    image: Image
    wheels_sha256: str


def read_inspected(reference: str, line: str) -> Inspected:
    """The image in one line of INSPECTED. A pulled base has no label of ours: its own digest says which one it is."""
    digest, size, base, wheels = (field.removeprefix("sha256:").replace("<no value>", "") for field in line.split("|"))
    return Inspected(Image(reference, digest, int(size), base or digest), wheels)


def containerfile(environment: Environment) -> Path:
    """docker/Containerfile of the checkout that the environment belongs to."""
    folder = environment.folder
    docker = folder.parent if folder.parent.name == "docker" else folder / "docker"
    return docker / "Containerfile"


def image_reference(environment: Environment) -> str:
    """Names the image by what it is made of: other wheels, base or Containerfile is another image."""
    parts = [environment.wheels_sha256, environment.base.digest, sha256_file(containerfile(environment))]
    return f"{REGISTRY}/{environment.name}:{sha256_text(' '.join(parts))[:12]}"


def base_reference(base: Base) -> str:
    """Names a base's image by its declaration."""
    return f"{REGISTRY}/base:{base.tag}"


def build_arguments(environment: Environment, base: Image) -> Mapping[str, str]:
    """The ARGs of docker/Containerfile."""
    return {
        "BASE": base.reference,
        "PYTHON": environment.python,
        "ENVIRONMENT": environment.name,
        "WHEELS_SHA256": environment.wheels_sha256,
        "BASE_SHA256": base.base_digest,
    }

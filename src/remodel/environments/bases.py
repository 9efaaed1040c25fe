"""The base that images stand on: a small Debian with the lock's CPython, made by mmdebstrap and kept in the cache."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from remodel import process
from remodel.checkout import Checkout, cache_folder
from remodel.environments.lockfile import sha256_text
from remodel.errors import LockError, StorageError
from remodel.files import canonical_json, sha256_file, storage_errors, write_bytes
from remodel.yaml import Choice, parse, read_yaml


class Suite(Choice):
    """One suite of Debian in docker/base.yaml, and the official image that stands in for it."""

    suite: str
    image: str


class Declaration(Choice):
    """docker/base.yaml: what all bases have in common, and a suite for each minor version of Python."""

    source_date_epoch: int
    variant: str
    packages: tuple[str, ...]
    exclude: tuple[str, ...]
    suites: dict[str, Suite]


@dataclass(frozen=True)
class Base:
    """One suite's declaration in docker/base.yaml. `name` is Debian's name of the suite."""

    name: str
    python: str
    variant: str
    packages: tuple[str, ...]
    exclude: tuple[str, ...]
    source_date_epoch: int
    image: str
    """The official image that an engine pulls where mmdebstrap cannot serve."""

    @property
    def digest(self) -> str:
        """Digest of the declaration: two declarations never share an archive or an image."""
        return sha256_text(canonical_json(vars(self)).decode())

    @property
    def tag(self) -> str:
        return f"{self.name}-{self.digest[:12]}"


@dataclass(frozen=True)
class Archive:
    """A base's root file system as a tar, and its digest."""

    path: Path
    sha256: str


def read_base(checkout: Checkout, python: str) -> Base:
    """The declared base for one minor version of Python; LockError where docker/base.yaml has none."""
    path = checkout.docker / "base.yaml"
    declared = parse(Declaration, read_yaml(path), "docker/base.yaml")
    suite = declared.suites.get(python)
    if suite is None:
        known = ", ".join(sorted(declared.suites))
        raise LockError(
            f"{path} has no suite for Python {python}: it has {known}", "Add one there, or lock another Python"
        )
    return Base(
        name=suite.suite,
        python=python,
        variant=declared.variant,
        packages=tuple(package.replace("{python}", python) for package in declared.packages),
        exclude=declared.exclude,
        source_date_epoch=declared.source_date_epoch,
        image=suite.image,
    )


def can_make() -> bool:
    """Whether mmdebstrap is installed; where it is not, the engine has to pull the base's image."""
    return process.find_program("mmdebstrap") is not None


def base_archive(base: Base, report: Callable[[str], None]) -> Archive:
    """The base's tar from the cache, made now where it is not there; StorageError where it cannot be made."""
    path = cache_folder() / "bases" / f"{base.tag}.tar"
    recorded = path.with_suffix(".sha256")
    if path.is_file() and recorded.is_file():
        return Archive(path, recorded.read_text().strip())
    report(f"base {base.name}: making it with mmdebstrap")
    with storage_errors(path, "write"):
        path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix="making.") as scratch:
        made = _bootstrap(base, Path(scratch) / "base.tar")
        # The digest first: an archive without its digest is made again, a digest without its archive is overwritten.
        digest = sha256_file(made)
        write_bytes(recorded, f"{digest}\n".encode())
        made.replace(path)
    return Archive(path, digest)


def _bootstrap(base: Base, target: Path) -> Path:
    # Debian keeps sbin off the PATH of users, and mmdebstrap needs programs from there.
    path = f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin:/sbin"
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(base.source_date_epoch), "PATH": path}
    done = process.run(mmdebstrap_arguments(base, target), env=environment)
    if not done.ok:
        with contextlib.suppress(OSError):
            target.unlink(missing_ok=True)
        reason = next((line for line in done.output.splitlines() if line.startswith("E: ")), done.last_line())
        raise StorageError(f"mmdebstrap cannot make {base.name}: {reason}", "Check apt's sources: apt-get update")
    return target


def mmdebstrap_arguments(base: Base, target: Path) -> list[str]:
    """The command that makes a base; without a mirror, so that the host's own apt sources decide."""
    excluded = [f"--dpkgopt=path-exclude={pattern}" for pattern in base.exclude]
    include = f"--include={','.join(base.packages)}"
    arguments = ["mmdebstrap", "--quiet", f"--variant={base.variant}", "--architectures=amd64", include]
    return [*arguments, *excluded, base.name, str(target)]

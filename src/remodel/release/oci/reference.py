"""Where a release is: `FOLDER[:VERSION]` for an image layout, `oci://HOST/REPOSITORY:VERSION` for a registry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from remodel.errors import UsageError, VerificationError
from remodel.release.contents.identity import VERSION, read_version
from remodel.release.oci.layout import Layout
from remodel.release.oci.store import Store

SCHEME = "oci://"

HOST = r"(?P<host>(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(:\d+)?)"
PATH = r"(?P<path>[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*)"
REPOSITORY = re.compile(rf"{HOST}/{PATH}")

EXAMPLE = f"For example: {SCHEME}registry.example.com/team/models"


@dataclass(frozen=True)
class OciRepository:
    """A repository of a registry: HOST/PATH."""

    host: str
    path: str

    def __str__(self) -> str:
        return f"{SCHEME}{self.host}/{self.path}"


def read_repository(text: str) -> OciRepository:
    """The repository in `oci://HOST/PATH`; UsageError where it is none."""
    match = REPOSITORY.fullmatch(text.removeprefix(SCHEME))
    if match is None:
        raise UsageError(f"{text!r} names no repository of a registry", EXAMPLE)
    return OciRepository(match["host"], match["path"])


def destination(text: str, plain_http: bool = False) -> Store:
    """The store that a release is published to. UsageError where it cannot be one."""
    if text.startswith(SCHEME):
        return _registry(read_repository(text), plain_http)
    layout = Layout(Path(text))
    layout.require_free()
    return layout


def resolve(text: str, plain_http: bool = False) -> tuple[Store, str]:
    """The store of a release, and its version; a folder with one release needs none. UsageError where none is named."""
    if text.startswith(SCHEME):
        place, _, version = text.removeprefix(SCHEME).rpartition(":")
        if not REPOSITORY.fullmatch(place):
            raise UsageError(f"{text!r} names no version", f"{EXAMPLE}:1.4.0")
        return _registry(read_repository(place), plain_http), read_version(version)
    return _folder(text)


def _folder(text: str) -> tuple[Store, str]:
    place, _, version = text.rpartition(":")
    if not Path(text).is_dir() and place and Path(place).is_dir():
        return Layout(Path(place)), read_version(version)
    if not Path(text).is_dir():
        raise UsageError(
            f"there is no release folder {text}", f"Name a folder, or a registry as {SCHEME}HOST/REPOSITORY"
        )
    layout = Layout(Path(text))
    layout.check()
    versions = [tag for tag in layout.tags() if VERSION.fullmatch(tag)]
    if not versions:
        raise VerificationError(f"{text} has no release")
    if len(versions) > 1:
        raise UsageError(f"{text} has {len(versions)} releases: {', '.join(versions)}", f"Name one: {text}:VERSION")
    return layout, versions[0]


def _registry(repository: OciRepository, plain_http: bool) -> Store:
    from remodel.release.oci.http import Connection
    from remodel.release.oci.registry import Registry

    return Registry(Connection(repository.host, repository.path, plain_http))

"""manifest.json: what a model was made from, and the digest of every file that the build wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remodel.results.documents import read_document


@dataclass(frozen=True)
class Artifact:
    """One file that a build wrote: the hex sha256 and the size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """The part of a manifest that comparison and packaging need: what went in, what came out."""

    model: str
    environment: str
    recipe: Mapping[str, Any]
    recipe_sha256: str
    builder_sha256: str
    snapshot: Mapping[str, str]
    versions: Mapping[str, str]
    threads: int
    cpu_profile: str
    artifacts: Mapping[str, Artifact]

    @property
    def n_splits(self) -> int:
        """Into how many folds the rows were split, each time."""
        return int(self.recipe["cv"]["n_splits"])


def read_manifest(path: Path) -> Manifest:
    """Read a manifest.json."""
    document = read_document(path, "manifest")
    artifacts = {name: Artifact(part["sha256"], part["size"]) for name, part in document["artifacts"].items()}
    source = document["source"]
    return Manifest(
        model=document["model"],
        environment=document["environment"]["name"],
        recipe=source["recipe"],
        recipe_sha256=source["recipe_sha256"],
        builder_sha256=source["builder_sha256"],
        snapshot=document["data"]["files"],
        versions=document["versions"],
        threads=document["threads"],
        cpu_profile=document["cpu_profile"],
        artifacts=artifacts,
    )

"""manifest.json: what a model was made from, and the digest of every file that the build wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remodel.results.documents import read_document
from remodel.results.recipe import Recipe

NOT_RELEASED = "predictions.parquet"
"""The answers to each row of the data stay where the data is."""


@dataclass(frozen=True)
class Artifact:
    """One file that a build wrote: the hex sha256 and the size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """One model: what it was made from, with which versions, how it scored, and what came out."""

    model: str
    environment: str
    base: str
    python: str
    lock_sha256: str
    dataset: str
    cv: str
    snapshot: Mapping[str, str]
    """sha256 of the snapshot's files: "data.parquet", "schema.json" and "folds"."""
    recipe: Recipe
    recipe_sha256: str
    builder_sha256: str
    versions: Mapping[str, str]
    threads: int
    cpu_profile: str
    scores: Mapping[str, tuple[float, float]]
    """Mean and standard deviation over the folds, by metric."""
    artifacts: Mapping[str, Artifact]

    @property
    def n_splits(self) -> int:
        """Into how many folds the rows were split, each time."""
        return self.recipe.n_splits

    @property
    def digests(self) -> dict[str, str]:
        """sha256 of the files that the build wrote."""
        return {name: artifact.sha256 for name, artifact in self.artifacts.items()}

    @property
    def built(self) -> tuple[str, ...]:
        """The files of a release that the build wrote."""
        return tuple(sorted({*self.artifacts, "manifest.json"} - {NOT_RELEASED}))

    @property
    def models(self) -> dict[str, str]:
        """sha256 of model.skops, and of model.onnx where there is one."""
        return {name: digest for name, digest in self.digests.items() if name.startswith("model.")}

    @property
    def inputs(self) -> dict[str, str]:
        """sha256 of everything that went into the build, by its path in the checkout that built it."""
        return {
            f"data/{self.dataset}/data.parquet": self.snapshot["data.parquet"],
            f"data/{self.dataset}/folds/{self.cv}.json": self.snapshot["folds"],
            f"data/{self.dataset}/schema.json": self.snapshot["schema.json"],
            f"docker/{self.environment}/conda-lock.yml": self.lock_sha256,
            f"recipes/{self.model}.json": self.recipe_sha256,
        }


def read_manifest(path: Path) -> Manifest:
    """Read a manifest.json; StorageError names the file and the place in it."""
    return as_manifest(read_document(path, "manifest"))


def as_manifest(document: Mapping[str, Any]) -> Manifest:
    """What a document says that was checked to be of kind "manifest"."""
    source, environment, data = document["source"], document["environment"], document["data"]
    validation = document["cross_validation"]
    return Manifest(
        model=document["model"],
        environment=environment["name"],
        base=environment["base"],
        python=environment["interpreter"]["version"],
        lock_sha256=environment["lock_sha256"],
        dataset=data["dataset"],
        cv=validation["cv"],
        snapshot=data["files"],
        recipe=Recipe(source["recipe"]),
        recipe_sha256=source["recipe_sha256"],
        builder_sha256=source["builder_sha256"],
        versions=document["versions"],
        threads=document["threads"],
        cpu_profile=document["cpu_profile"],
        scores={name: (metric["mean"], metric["std"]) for name, metric in validation["metrics"].items()},
        artifacts={name: Artifact(part["sha256"], part["size"]) for name, part in document["artifacts"].items()},
    )

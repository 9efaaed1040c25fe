"""What a manifest says of one model, as the release's own files repeat it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Facts:
    """One model: what it was made from, with which versions, and how it scored."""

    model: str
    environment: str
    base: str
    python: str
    lock_sha256: str
    dataset: str
    cv: str
    inputs: Mapping[str, str]
    """sha256 of everything that went into the build, by its path in the checkout that built it."""
    builder_sha256: str
    recipe: Mapping[str, Any]
    versions: Mapping[str, str]
    scores: Mapping[str, tuple[float, float]]
    """Mean and standard deviation over the folds, by metric."""
    artifacts: Mapping[str, str]
    """sha256 of the files that the build wrote."""

    @property
    def built(self) -> tuple[str, ...]:
        """The files of a release that the build wrote: all but the answers to each row of the data."""
        return tuple(sorted({*self.artifacts, "manifest.json"} - {"predictions.parquet"}))

    @property
    def models(self) -> dict[str, str]:
        """sha256 of model.skops, and of model.onnx where there is one."""
        return {name: digest for name, digest in self.artifacts.items() if name.startswith("model.")}


def read_facts(manifest: Mapping[str, Any]) -> Facts:
    """The facts in a document of kind "manifest"."""
    source, environment, data = manifest["source"], manifest["environment"], manifest["data"]
    validation = manifest["cross_validation"]
    return Facts(
        model=manifest["model"],
        environment=environment["name"],
        base=environment["base"],
        python=environment["interpreter"]["version"],
        lock_sha256=environment["lock_sha256"],
        dataset=data["dataset"],
        cv=validation["cv"],
        inputs=_inputs(manifest),
        builder_sha256=source["builder_sha256"],
        recipe=source["recipe"],
        versions=manifest["versions"],
        scores={name: (metric["mean"], metric["std"]) for name, metric in validation["metrics"].items()},
        artifacts={name: artifact["sha256"] for name, artifact in manifest["artifacts"].items()},
    )


def _inputs(manifest: Mapping[str, Any]) -> dict[str, str]:
    data, files = f"data/{manifest['data']['dataset']}", manifest["data"]["files"]
    return {
        f"{data}/data.parquet": files["data.parquet"],
        f"{data}/folds/{manifest['cross_validation']['cv']}.json": files["folds"],
        f"{data}/schema.json": files["schema.json"],
        f"docker/{manifest['environment']['name']}/conda-lock.yml": manifest["environment"]["lock_sha256"],
        f"recipes/{manifest['model']}.json": manifest["source"]["recipe_sha256"],
    }

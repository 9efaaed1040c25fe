"""The checked shapes of the YAML files under conf/: a dataset, a cross-validation, a whole composed configuration."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from remodel.recipes.resources import Resources


class Choice(BaseModel):
    """A mapping without unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Dataset(Choice):
    """conf/dataset/<name>.yaml: exactly one of `bundled`, `generator` and `file` says where the rows come from."""

    name: str
    bundled: Literal["breast_cancer", "digits", "iris", "wine"] | None = None
    generator: Literal["credit"] | None = None
    rows: int | None = Field(default=None, ge=100)
    seed: int | None = None
    file: str | None = None
    sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    target: str | None = None
    columns: dict[str, Literal["numeric", "categorical"]] | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Dataset:
        needed = {"bundled": (), "generator": ("rows", "seed"), "file": ("sha256", "target", "columns")}
        sources = [source for source in needed if getattr(self, source) is not None]
        if len(sources) != 1:
            raise ValueError(f"exactly one of bundled, generator and file is needed, found {sources or 'none'}")
        for source, keys in needed.items():
            for key in keys:
                if (getattr(self, key) is not None) != (source == sources[0]):
                    verb = "needs" if source == sources[0] else "does not take"
                    raise ValueError(f"a dataset with {sources[0]!r} {verb} the key {key!r}")
        return self

    def request(self) -> dict[str, Any]:
        """What the builder needs to make the snapshot; its digest is the snapshot's identity.

        A file is known to the builder by its name: where it stands on this machine is no part of the identity.
        """
        content = self.model_dump(exclude_none=True)
        return {**content, "file": PurePath(self.file).name} if self.file else content


class CrossValidation(Choice):
    """conf/cv/<name>.yaml: stratified folds, repeated `n_repeats` times."""

    name: str
    n_splits: int = Field(ge=2)
    n_repeats: int = Field(default=1, ge=1)
    shuffle: bool = True
    seed: int = 0

    @model_validator(mode="after")
    def _repeats_need_shuffling(self) -> CrossValidation:
        if self.n_repeats > 1 and not self.shuffle:
            raise ValueError("n_repeats above 1 needs shuffle: true")
        return self


class EnvironmentChoice(Choice):
    """conf/environment/<name>.yaml: a folder under docker/."""

    name: str


class Composed(Choice):
    """One composed configuration, interpolations resolved: what a recipe is made of."""

    name: str | None
    retired: str | dict[str, str] | None = None
    """Checked by remodel.retirement, and in no recipe: it does not change what is built where it is not retired."""
    resources: Resources = Resources()
    """The memory limits the build, and is in no recipe. The threads are: another number gives other bits."""
    seed: int = Field(ge=0)
    threads: int = Field(ge=1)
    parameter_defaults: Literal["pinned", "library"]
    onnx: Literal["exact", "float32"] = "exact"
    dataset: Dataset
    cv: CrossValidation
    environment: EnvironmentChoice
    preprocessing: dict[str, Any]
    classifier: dict[str, Any]

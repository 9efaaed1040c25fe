"""A recipe: one plain JSON document, complete and resolved, which is all that a container sees of a model."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import contract
from remodel.files import canonical_json
from remodel.results.documents import read_document


@dataclass(frozen=True)
class Recipe:
    """What decides a model's bytes besides the environment: data, folds, seed, threads and pipeline.

    The document is kept whole, for its bytes are its identity; the properties are what the host reads of it.
    """

    document: Mapping[str, Any]

    @property
    def model(self) -> str:
        """The name of the model."""
        return str(self.document["model"])

    @property
    def seed(self) -> int:
        """The seed of everything that draws at random."""
        return int(self.document["seed"])

    @property
    def threads(self) -> int:
        """How many threads compute: sums in another order have other bits."""
        return int(self.document["threads"])

    @property
    def choices(self) -> Mapping[str, str]:
        """The choice taken in each group of conf/."""
        choices: Mapping[str, str] = self.document["choices"]
        return choices

    @property
    def dataset(self) -> str:
        """The name of the dataset, whose snapshot stands under data/."""
        return self.choices["dataset"]

    @property
    def snapshot(self) -> Mapping[str, str]:
        """sha256 of the snapshot's files: "data.parquet", "schema.json" and "folds"."""
        digests: Mapping[str, str] = self.document["snapshot"]
        return digests

    @property
    def folds(self) -> Mapping[str, Any]:
        """How the rows are split: "name", "n_splits", "n_repeats", "shuffle", "seed"."""
        folds: Mapping[str, Any] = self.document["cv"]
        return folds

    @property
    def cv(self) -> str:
        """The name of the folds."""
        return str(self.folds["name"])

    @property
    def n_splits(self) -> int:
        """Into how many folds the rows are split, each time."""
        return int(self.folds["n_splits"])

    @property
    def pipeline(self) -> Mapping[str, Any]:
        """The specification of the preprocessing (None: there is none) and of the classifier."""
        pipeline: Mapping[str, Any] = self.document["pipeline"]
        return pipeline

    @property
    def has_own_code(self) -> bool:
        """Whether building it runs code that is not scikit-learn's: whoever wrote that code can do in its container
        whatever the container allows."""
        return any(not name.startswith("sklearn.") for name in _named(self.document["pipeline"]))

    @property
    def sha256(self) -> str:
        """The identity of the recipe."""
        return hashlib.sha256(canonical_json(self.document)).hexdigest()

    def but(self, **changes: Any) -> Recipe:
        """The same recipe with other values under some of the document's keys."""
        return Recipe({**self.document, **changes})


def _named(node: Any) -> Iterator[str]:
    """Every class and function that a specification names."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key in ("_target_", "_object_", "_onnx_"):
                yield str(value)
            else:
                yield from _named(value)
    elif isinstance(node, list | tuple):
        for item in node:
            yield from _named(item)


def new_recipe(**content: Any) -> Recipe:
    """A recipe of this checkout's schema; `content` is every other key of the document."""
    return Recipe({"schema_version": contract.version("recipe"), **content})


def read_recipe_file(path: Path) -> Recipe:
    """Read a recipe; StorageError names the file and the place in it."""
    return Recipe(read_document(path, "recipe"))

"""reports/comparison.json: every model in every environment, and how far it is from the baseline's."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import contract
from remodel.files import canonical_json
from remodel.results.documents import read_document
from remodel.results.target import Target

ASKED = ("baseline", "release_environment", "environments", "models", "tolerances")
"""The parts of a comparison that params.yaml decides."""


@dataclass(frozen=True)
class Entry:
    """One model in one environment; `evidence` is what the verdict was decided from, None where there is no model."""

    model: str
    environment: str
    verdict: str
    reasons: tuple[str, ...]
    artifacts: Mapping[str, str]
    """sha256 of each file of the model."""
    evidence: Mapping[str, Any] | None

    @property
    def target(self) -> Target:
        """Model and environment."""
        return Target(self.model, self.environment)

    @property
    def document(self) -> dict[str, Any]:
        """The entry as JSON has it."""
        return {**vars(self), "reasons": list(self.reasons)}


@dataclass(frozen=True)
class Comparison:
    """The verdicts on all models; names of models are sorted, environments by version."""

    baseline: str
    release_environment: str
    environments: tuple[str, ...]
    models: tuple[str, ...]
    tolerances: Mapping[str, Any]
    entries: tuple[Entry, ...]

    @property
    def asked(self) -> dict[str, Any]:
        """What it was asked to compare: everything but the entries."""
        return {name: value for name, value in vars(self).items() if name in ASKED}

    def at(self, model: str, environment: str) -> Entry:
        """One model in one environment; KeyError where it is not compared."""
        return self._by_target[Target(model, environment)]

    def of(self, model: str) -> dict[str, Entry]:
        """The entries of one model, in the order of the environments."""
        return {environment: self.at(model, environment) for environment in self.environments}

    @cached_property
    def _by_target(self) -> dict[Target, Entry]:
        return {entry.target: entry for entry in self.entries}

    @property
    def document(self) -> dict[str, Any]:
        """The comparison as reports/comparison.json has it (contract kind "comparison")."""
        return {
            "schema_version": contract.version("comparison"),
            "baseline": self.baseline,
            "environments": list(self.environments),
            "models": list(self.models),
            "release_environment": self.release_environment,
            "tolerances": dict(self.tolerances),
            "entries": [entry.document for entry in self.entries],
        }

    @property
    def sha256(self) -> str:
        """The digest of reports/comparison.json."""
        return hashlib.sha256(canonical_json(self.document)).hexdigest()


def read_comparison_file(path: Path) -> Comparison:
    """Read a comparison.json; StorageError names the file and the place in it."""
    return as_comparison(read_document(path, "comparison"))


def as_comparison(document: Mapping[str, Any]) -> Comparison:
    """What a document says that was checked to be of kind "comparison"."""
    return Comparison(
        baseline=document["baseline"],
        release_environment=document["release_environment"],
        environments=tuple(document["environments"]),
        models=tuple(document["models"]),
        tolerances=document["tolerances"],
        entries=tuple(map(_entry, document["entries"])),
    )


def _entry(part: Mapping[str, Any]) -> Entry:
    return Entry(
        model=part["model"],
        environment=part["environment"],
        verdict=part["verdict"],
        reasons=tuple(part["reasons"]),
        artifacts=part["artifacts"],
        evidence=part["evidence"],
    )

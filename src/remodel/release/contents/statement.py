"""The in-toto statement of one model, with SLSA's provenance: this commit, data, lock and recipe gave these files.

https://slsa.dev/spec/v1.0/provenance. What a run has and a rebuild has not (times, an invocation's id) is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from remodel.release.contents.identity import Identity
from remodel.results.facts import Facts

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://slsa.dev/provenance/v1"
BUILD_TYPE = "urn:remodel:train:1"
BUILDER = "urn:remodel:builder"

IMAGE = ("docker/Containerfile", "docker/base.yaml")
"""What an image is made by, besides the lock; pinned by the commit, and named here for who reads no git."""


def statement(facts: Facts, identity: Identity, subjects: Mapping[str, str], image: Mapping[str, str]) -> Any:
    """The statement about the files `subjects` (sha256 by name); `image` has the sha256 of the files IMAGE."""
    return {
        "_type": STATEMENT,
        "subject": [{"name": name, "digest": {"sha256": subjects[name]}} for name in sorted(subjects)],
        "predicateType": PREDICATE,
        "predicate": {
            "buildDefinition": {
                "buildType": BUILD_TYPE,
                "externalParameters": {
                    "environment": facts.environment,
                    "model": facts.model,
                    "release": {"models": list(identity.models), "version": identity.version},
                },
                "resolvedDependencies": [
                    {"name": "source", "digest": {"gitCommit": identity.commit}},
                    {"name": "src/builder and src/contract", "digest": {"sha256": facts.builder_sha256}},
                    *_named({**facts.inputs, **image}),
                ],
            },
            "runDetails": {"builder": {"id": BUILDER, "version": {"remodel": facts.builder_sha256}}},
        },
    }


def read_identity(document: Mapping[str, Any]) -> Identity:
    """The release that a statement (checked against its schema) says that it belongs to."""
    definition = document["predicate"]["buildDefinition"]
    parameters = definition["externalParameters"]
    named = {one["name"]: one["digest"] for one in definition["resolvedDependencies"]}
    release, commit = parameters["release"], named.get("source", {}).get("gitCommit", "")
    return Identity(release["version"], commit, parameters["environment"], tuple(release["models"]))


def image_digests(document: Mapping[str, Any]) -> dict[str, str]:
    """The sha256 that a statement names for the files of IMAGE."""
    named = document["predicate"]["buildDefinition"]["resolvedDependencies"]
    return {one["name"]: one["digest"].get("sha256", "") for one in named if one["name"] in IMAGE}


def _named(digests: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"name": name, "digest": {"sha256": digests[name]}} for name in sorted(digests)]

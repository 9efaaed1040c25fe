"""The in-toto statement of one model, with SLSA's provenance: this commit, data, lock and recipe gave these files.

https://slsa.dev/spec/v1.0/provenance. What a run has and a rebuild has not (times, an invocation's id) is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf.json_format import MessageToDict
from in_toto_attestation.predicates.provenance.v1.provenance_pb2 import Provenance
from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
from in_toto_attestation.v1.statement import Statement

from remodel.release.contents.identity import Identity
from remodel.results.manifest import Manifest

PREDICATE = "https://slsa.dev/provenance/v1"
BUILD_TYPE = "urn:remodel:train:1"
BUILDER = "urn:remodel:builder"

SOURCE = "source"
"""What a statement calls the commit."""

IMAGE = ("docker/Containerfile", "docker/base.yaml")
"""What an image is made by, besides the lock; pinned by the commit, and named here for who reads no git."""


def statement(facts: Manifest, identity: Identity, subjects: Mapping[str, str], image: Mapping[str, str]) -> Any:
    """The statement about the files `subjects` (sha256 by name); `image` has the sha256 of the files IMAGE."""
    made = Statement(_resources(subjects), PREDICATE, MessageToDict(_provenance(facts, identity, image)))
    made.validate()
    return MessageToDict(made.pb)


def read_identity(document: Mapping[str, Any]) -> Identity:
    """The release that a statement (checked against its schema) says that it belongs to."""
    definition = document["predicate"]["buildDefinition"]
    parameters = definition["externalParameters"]
    dependencies = {dependency["name"]: dependency["digest"] for dependency in definition["resolvedDependencies"]}
    release, commit = parameters["release"], dependencies.get(SOURCE, {}).get("gitCommit", "")
    return Identity(release["version"], commit, parameters["environment"], tuple(release["models"]))


def image_digests(document: Mapping[str, Any]) -> dict[str, str]:
    """The sha256 that a statement names for the files of IMAGE."""
    dependencies = document["predicate"]["buildDefinition"]["resolvedDependencies"]
    digests = {dependency["name"]: dependency["digest"].get("sha256", "") for dependency in dependencies}
    return {name: digest for name, digest in digests.items() if name in IMAGE}


def _provenance(facts: Manifest, identity: Identity, image: Mapping[str, str]) -> Provenance:
    made = Provenance()
    definition, builder = made.build_definition, made.run_details.builder
    definition.build_type = BUILD_TYPE
    release = {"models": list(identity.models), "version": identity.version}
    definition.external_parameters.update({"environment": facts.environment, "model": facts.model, "release": release})
    definition.resolved_dependencies.append(_resource(SOURCE, gitCommit=identity.commit))
    definition.resolved_dependencies.append(_resource("src/builder and src/contract", sha256=facts.builder_sha256))
    definition.resolved_dependencies.extend(_resources({**facts.inputs, **image}))
    builder.id = BUILDER
    builder.version["remodel"] = facts.builder_sha256
    return made


def _resources(digests: Mapping[str, str]) -> list[Any]:
    return [_resource(name, sha256=digests[name]) for name in sorted(digests)]


def _resource(name: str, **digests: str) -> Any:
    return ResourceDescriptor(name, digest=digests).pb

"""Reads OCI documents that others wrote: every name, digest, type and size in them is checked before any is used.

One reader for a folder's documents and for a registry's. What it returns has only words that it knows: a key that
another program might follow (`urls`, `data`, a second tag) is refused, not passed over. docs/decisions/0022
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from remodel.errors import VerificationError
from remodel.release.artifacts import manifests as oci
from remodel.release.artifacts.manifests import Descriptor
from remodel.release.artifacts.names import largest, require_file, require_model, require_tag
from remodel.release.contents import documents

LARGEST = 4 << 20
"""Bytes of a manifest or of an index that is one: what the distribution specification has registries take."""

LARGEST_SIGNATURE = 16 << 20
"""Bytes. It names every file of a model."""


@dataclass(frozen=True)
class ReleaseIndex:
    """The index of a release: what it says of itself, and the descriptor of each model's manifest."""

    annotations: Mapping[str, str]
    models: Mapping[str, Descriptor]


@dataclass(frozen=True)
class ModelManifest:
    """The manifest of a model: what it says of itself, and its files by name."""

    annotations: Mapping[str, str]
    layers: Mapping[str, Descriptor]


def read_mark(content: bytes, what: str) -> None:
    """VerificationError unless `content` is that of a file oci-layout of version 1.0.0."""
    documents.check("oci#layout", documents.parse(content, what), what)


def read_entries(content: bytes, what: str) -> dict[str, Descriptor]:
    """What index.json has at each tag; VerificationError where one stands twice: other programs may take the other."""
    document = _document("index", content, what)
    entries: dict[str, Descriptor] = {}
    for number, entry in enumerate(document["manifests"]):
        place = f"{what}: $.manifests[{number}]"
        descriptor = _descriptor(entry)
        if set(descriptor.annotations) != {oci.REF}:
            raise VerificationError(f"{place} has other annotations than a tag")
        tag = require_tag(descriptor.annotations[oci.REF], place)
        if tag in entries:
            raise VerificationError(f"{what} has the tag {tag} twice")
        entries[tag] = descriptor
    return entries


def read_release(content: bytes, what: str) -> ReleaseIndex:
    """The index of a release."""
    document = _document("index", _manifest_sized(content, what), what)
    if document.get("artifactType") != oci.RELEASE or "annotations" not in document:
        raise VerificationError(f"{what} is not that of a release of remodel")
    if not document["manifests"]:
        raise VerificationError(f"{what} has no models")
    models: dict[str, Descriptor] = {}
    for entry in document["manifests"]:
        descriptor = _descriptor(entry)
        name = require_model(descriptor.annotations.get(oci.TITLE), what)
        if name in models:
            raise VerificationError(f"{what} has the model {name} twice")
        models[name] = descriptor
    return ReleaseIndex(document["annotations"], models)


def read_model(content: bytes, what: str) -> ModelManifest:
    """The manifest of a model, of which every layer is a file that a released model may have, with its own type."""
    document = read_manifest(content, oci.MODEL, what)
    layers: dict[str, Descriptor] = {}
    for number, entry in enumerate(document["layers"]):
        place = f"{what}: $.layers[{number}]"
        layer = _descriptor(entry)
        title = require_file(layer.annotations.get(oci.TITLE), place)
        if title in layers:
            raise VerificationError(f"{what} has the file {title} twice")
        if layer != oci.file_layer(title, layer.sha256, layer.size):
            raise VerificationError(f"{place}: {title} is of the type {layer.media_type}, or has further annotations")
        if layer.size > largest(title):
            raise VerificationError(f"{place}: {title} has {layer.size:,} bytes, and {largest(title):,} is the most")
        layers[title] = layer
    return ModelManifest(document.get("annotations", {}), layers)


def read_signatures(content: bytes, what: str) -> list[Descriptor]:
    """What refers to a model, signatures and what other programs have put there."""
    document = _document("index", _manifest_sized(content, what), what)
    if not document["manifests"]:
        raise VerificationError(f"{what} has no manifests")
    return [_descriptor(entry) for entry in document["manifests"]]


def read_signature(content: bytes, what: str) -> Descriptor:
    """The file in the manifest of a signature."""
    layer = _descriptor(read_manifest(content, oci.SIGNATURE, what)["layers"][0])
    if layer.size > LARGEST_SIGNATURE:
        raise VerificationError(f"{what} has {layer.size:,} bytes, and {LARGEST_SIGNATURE:,} is the most")
    return replace(layer, media_type=oci.SIGNATURE, artifact_type=None, annotations={})


def read_manifest(content: bytes, artifact_type: str, what: str) -> Any:
    """A manifest of this type, whose config is the empty one. VerificationError names the place that differs."""
    document = _document("manifest", _manifest_sized(content, what), what)
    if document["artifactType"] != artifact_type:
        raise VerificationError(f"{what} has the artifact type {document['artifactType']}, not {artifact_type}")
    if document["config"] != oci.blob(oci.EMPTY_CONFIG, oci.EMPTY).document():
        raise VerificationError(f"{what} has another config than the empty one")
    return document


def read_descriptor(entry: Any, what: str) -> Descriptor:
    """The descriptor in a manifest or an index. VerificationError where it is none."""
    documents.check("oci#descriptor", entry, what)
    return _descriptor(entry)


def _descriptor(entry: Any) -> Descriptor:
    """The descriptor of an entry that fits the schema."""
    return Descriptor(
        entry["mediaType"], entry["digest"], entry["size"], entry.get("artifactType"), entry.get("annotations", {})
    )


def _document(kind: str, content: bytes, what: str) -> Any:
    return documents.check(f"oci#{kind}", documents.parse(content, what), what)


def _manifest_sized(content: bytes, what: str) -> bytes:
    if len(content) > LARGEST:
        raise VerificationError(f"{what} has {len(content):,} bytes, and {LARGEST:,} is the most")
    return content

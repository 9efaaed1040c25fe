"""Models as OCI artifacts: the descriptors, manifests and indexes of a release, as pure functions of its files.

https://github.com/opencontainers/image-spec, version 1.1. The same files give the same bytes, so a digest names a
release. A signature, which is never twice the same, is an artifact of its own that refers to the model's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from remodel.files import canonical_json

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
EMPTY = "application/vnd.oci.empty.v1+json"
MODEL = "application/vnd.remodel.model.v1"
RELEASE = "application/vnd.remodel.release.v1"
SIGNATURE = "application/vnd.dev.sigstore.bundle.v0.3+json"

REF = "org.opencontainers.image.ref.name"
TITLE = "org.opencontainers.image.title"
VERSION = "org.opencontainers.image.version"
REVISION = "org.opencontainers.image.revision"
ENVIRONMENT = "remodel.environment"

MEDIA_TYPES = {
    "bom.cdx.json": "application/vnd.cyclonedx+json",
    "provenance.json": "application/vnd.in-toto+json",
    "model.onnx": "application/octet-stream",
    "model.skops": "application/zip",
    "README.md": "text/markdown",
    "SHA256SUMS": "text/plain",
}
SUFFIXES = {".json": "application/json", ".yml": "application/yaml"}

EMPTY_CONFIG = b"{}"


@dataclass(frozen=True)
class Descriptor:
    """What points at a blob or a manifest: its type, digest ("sha256:...") and size in bytes."""

    media_type: str
    digest: str
    size: int
    artifact_type: str | None = None
    annotations: Mapping[str, str] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """The hex digits of the digest."""
        return self.digest.removeprefix("sha256:")

    def document(self) -> dict[str, Any]:
        """As it stands in a manifest or an index."""
        document: dict[str, Any] = {"mediaType": self.media_type, "digest": self.digest, "size": self.size}
        if self.artifact_type:
            document["artifactType"] = self.artifact_type
        if self.annotations:
            document["annotations"] = dict(self.annotations)
        return document


@dataclass(frozen=True)
class OciManifest:
    """A manifest or an index: its bytes, and the descriptor that points at it."""

    content: bytes
    descriptor: Descriptor


def blob(content: bytes, media_type: str) -> Descriptor:
    """The descriptor of some bytes."""
    return Descriptor(media_type, f"sha256:{hashlib.sha256(content).hexdigest()}", len(content))


def media_type(name: str) -> str:
    """The media type of a file of a release."""
    suffix = name[name.rfind(".") :]
    return MEDIA_TYPES.get(name) or SUFFIXES.get(suffix, "application/octet-stream")


def file_layer(name: str, sha256: str, size: int) -> Descriptor:
    """The layer that is one file of a model; tools that pull the artifact give it this name."""
    return Descriptor(media_type(name), f"sha256:{sha256}", size, annotations={TITLE: name})


def model_manifest(layers: Sequence[Descriptor], annotations: Mapping[str, str]) -> OciManifest:
    """The artifact of one model: a layer a file."""
    return _manifest(MODEL, layers, {"annotations": dict(annotations)})


def signature_manifest(layer: Descriptor, subject: Descriptor) -> OciManifest:
    """The artifact of one signature, which refers to the model's artifact."""
    return _manifest(SIGNATURE, [layer], {"subject": _plain(subject)})


def referrers(signature: OciManifest) -> OciManifest:
    """The index that a registry without the referrers API is asked for by the tag `referrers_tag`."""
    return _index([signature.descriptor.document()], {})


def referrers_tag(subject: Descriptor) -> str:
    """The tag under which the distribution specification looks for what refers to `subject`."""
    return subject.digest.replace(":", "-")


def release_index(models: Mapping[str, OciManifest], annotations: Mapping[str, str]) -> OciManifest:
    """The index of a whole release: one entry a model, with its name."""
    entries = []
    for name in sorted(models):
        entry = models[name].descriptor.document()
        entries.append({**entry, "annotations": {TITLE: name}})
    return _index(entries, {"artifactType": RELEASE, "annotations": dict(annotations)})


def layout_index(tags: Mapping[str, Descriptor]) -> bytes:
    """index.json of a folder: sorted by tag, so that the order in which releases came does not show."""
    entries = [replace(tags[tag], annotations={REF: tag}).document() for tag in sorted(tags)]
    return _index(entries, {}).content


def model_tag(model: str, version: str) -> str:
    """The tag of one model of a release, for who wants that model alone."""
    return f"{model}-{version}"


def _manifest(artifact_type: str, layers: Sequence[Descriptor], more: Mapping[str, Any]) -> OciManifest:
    document = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "artifactType": artifact_type,
        "config": blob(EMPTY_CONFIG, EMPTY).document(),
        "layers": [layer.document() for layer in layers],
        **more,
    }
    return _finished(document, MANIFEST, artifact_type)


def _index(entries: Sequence[Mapping[str, Any]], more: Mapping[str, Any]) -> OciManifest:
    document = {"schemaVersion": 2, "mediaType": INDEX, "manifests": list(entries), **more}
    return _finished(document, INDEX, more.get("artifactType"))


def _finished(document: Mapping[str, Any], kind: str, artifact_type: str | None) -> OciManifest:
    content = canonical_json(document)
    address = blob(content, kind)
    return OciManifest(content, Descriptor(kind, address.digest, address.size, artifact_type))


def _plain(descriptor: Descriptor) -> dict[str, Any]:
    return Descriptor(descriptor.media_type, descriptor.digest, descriptor.size).document()

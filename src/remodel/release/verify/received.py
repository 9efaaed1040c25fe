"""A release as its receiver gets it: every byte fetched by digest, and nothing believed that is not pinned by one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from remodel.errors import UnknownName, VerificationError
from remodel.release.contents.documents import parse
from remodel.release.oci import manifests as oci
from remodel.release.oci.manifests import Descriptor, read_descriptor
from remodel.release.oci.store import Store
from remodel.release.verify.json_diff import check_entries

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
FILE_NAME = re.compile(rf"{NAME.pattern}(/{NAME.pattern})*")
"""A name that cannot lead out of a folder."""


@dataclass(frozen=True)
class Received:
    """One model of a release, fetched: its artifact's annotations, its files, and the files of its signatures."""

    name: str
    manifest: Descriptor
    annotations: Mapping[str, str]
    folder: Path
    signatures: tuple[Path, ...]


@dataclass(frozen=True)
class Reception:
    """A release in a store."""

    store: Store
    version: str
    annotations: Mapping[str, str]
    models: Mapping[str, Mapping[str, Any]]
    """The entry of each model in the release's index."""

    def choose(self, names: Sequence[str]) -> list[str]:
        """The models that are asked for, all where none is; UnknownName with the choices."""
        for name in names:
            if name not in self.models:
                raise UnknownName("model", name, self.models, f"{self.store.name} {self.version}")
        return list(dict.fromkeys(names)) or sorted(self.models)

    def fetch(self, name: str, into: Path) -> Received:
        """Write the files of one model to `into`/models/<name> and its signatures beside. VerificationError."""
        descriptor = read_descriptor(self.models[name], f"the index of {self.version}: {name}")
        self._check_pointer(oci.model_tag(name, self.version), descriptor)
        manifest = self._manifest(descriptor, oci.MODEL, f"the manifest of {name}")
        folder = into / "models" / name
        folder.mkdir(parents=True)
        layers = self._fetch_layers(manifest, folder, name)
        expected = oci.model_manifest(layers, manifest["annotations"])
        _same_bytes(expected.descriptor.digest, descriptor.digest, f"the manifest of {name}")
        signatures = tuple(self._signatures(descriptor, into / "signatures" / name, name))
        return Received(name, descriptor, manifest["annotations"], folder, signatures)

    def _fetch_layers(self, manifest: Mapping[str, Any], folder: Path, name: str) -> list[Descriptor]:
        layers = []
        for number, entry in enumerate(manifest["layers"]):
            layer = read_descriptor(entry, f"the manifest of {name}: layer {number}")
            title = layer.annotations.get(oci.TITLE, "")
            if not FILE_NAME.fullmatch(title) or (folder / title).exists():
                raise VerificationError(f"the manifest of {name}: layer {number} has the file name {title!r}")
            (folder / title).parent.mkdir(parents=True, exist_ok=True)
            self.store.fetch(layer, folder / title, f"{name}: {title}")
            expected = oci.file_layer(title, layer.sha256, (folder / title).stat().st_size)
            check_entries(entry, expected.document(), f"the manifest of {name}: {title}")
            layers.append(expected)
        return layers

    def _signatures(self, subject: Descriptor, folder: Path, name: str) -> Iterator[Path]:
        what = f"the signature of {name}"
        folder.mkdir(parents=True)
        tag = oci.referrers_tag(subject)
        pointer = self.store.pointer(tag)
        if pointer is None:
            raise VerificationError(f"{name} is not signed: nothing has the tag {tag}")
        index = parse(self.store.read(str(pointer.get("digest")), what), what)
        entries = _list(index, "manifests", what)
        for number, entry in enumerate(entries):
            if entry.get("artifactType") == oci.SIGNATURE:
                yield self._signature(entry, subject, folder / f"{number}.sig", what)
        if len(entries) == 1:
            self._check_referrers(entries[0], tag, what)

    def _signature(self, entry: Mapping[str, Any], subject: Descriptor, target: Path, what: str) -> Path:
        manifest = self._manifest(read_descriptor(entry, what), oci.SIGNATURE, what)
        layer = replace(read_descriptor(manifest["layers"][0], what), media_type=oci.SIGNATURE, annotations={})
        expected = oci.signature_manifest(replace(layer, artifact_type=None), subject)
        _same_bytes(expected.descriptor.digest, str(entry["digest"]), what)
        self.store.fetch(layer, target, what)
        return target

    def _check_referrers(self, entry: Mapping[str, Any], tag: str, what: str) -> None:
        """The tag's own entry, byte for byte: it is made from the signature's manifest alone."""
        signature = oci.OciManifest(b"", read_descriptor(entry, what))
        self._check_pointer(tag, oci.referrers(signature).descriptor)

    def _manifest(self, descriptor: Descriptor, artifact_type: str, what: str) -> Any:
        """A manifest with the type that it is expected to have, and with annotations."""
        content = self.store.read(descriptor.digest, what)
        document = parse(content, what)
        _list(document, "layers", what)
        expected = Descriptor(oci.MANIFEST, descriptor.digest, len(content), artifact_type).document()
        plain = Descriptor(descriptor.media_type, descriptor.digest, descriptor.size, descriptor.artifact_type)
        check_entries(plain.document(), expected, what)
        config = oci.blob(oci.EMPTY_CONFIG, oci.EMPTY)
        if document.get("config") != config.document():
            raise VerificationError(f"{what} has the config {document.get('config')}")
        self.store.read(config.digest, f"{what}: config", manifest=False)
        if document.get("artifactType") != artifact_type:
            raise VerificationError(f"{what} has the artifact type {document.get('artifactType')}, not {artifact_type}")
        annotations = document.get("annotations", {})
        return {**document, "annotations": annotations if isinstance(annotations, dict) else {}}

    def _check_pointer(self, tag: str, descriptor: Descriptor) -> None:
        check_pointer(self.store, tag, descriptor)


def receive(store: Store, version: str) -> Reception:
    """The release `version` in a store. VerificationError where there is none, or its index is not one of ours."""
    store.check()
    pointer, what = store.pointer(version), f"the index of {version}"
    if pointer is None:
        there = f": it has {', '.join(store.tags())}" if store.tags() else ""
        raise VerificationError(f"{store.name} has no release {version}{there}")
    content = store.read(str(pointer.get("digest")), what)
    document = parse(content, what)
    entries = _list(document, "manifests", what)
    if document.get("artifactType") != oci.RELEASE or not isinstance(document.get("annotations"), dict):
        raise VerificationError(f"{what} is not that of a release of remodel")
    check_pointer(store, version, Descriptor(oci.INDEX, oci.blob(content, oci.INDEX).digest, len(content), oci.RELEASE))
    descriptors = [read_descriptor(entry, what) for entry in entries]
    names = [str(descriptor.annotations.get(oci.TITLE)) for descriptor in descriptors]
    models = dict(zip(names, entries, strict=True))
    named = {name: oci.OciManifest(b"", descriptor) for name, descriptor in zip(names, descriptors, strict=True)}
    if wrong := [name for name in models if not NAME.fullmatch(name)]:
        raise VerificationError(f"{what} names a model {wrong[0]!r}")
    _same_bytes(oci.release_index(named, document["annotations"]).descriptor.digest, str(pointer["digest"]), what)
    return Reception(store, version, document["annotations"], models)


def check_pointer(store: Store, tag: str, descriptor: Descriptor) -> None:
    """VerificationError unless a tag points at what it has to point at, in every word that the store keeps of it."""
    pointer = store.pointer(tag)
    if pointer is None:
        raise VerificationError(f"nothing has the tag {tag}")
    expected = descriptor.document()
    for key in ("mediaType", "digest", "size", "artifactType"):
        if (key in pointer or store.complete_pointers) and pointer.get(key) != expected.get(key):
            raise VerificationError(f"the tag {tag}: {key} is {pointer.get(key)}, not {expected.get(key)}")


def _list(document: Any, key: str, what: str) -> list[dict[str, Any]]:
    entries = document.get(key) if isinstance(document, dict) else None
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise VerificationError(f"{what} has no {key}")
    return entries


def _same_bytes(expected: str, actual: str, what: str) -> None:
    """VerificationError unless a manifest, made again from what it says, has the digest that it has."""
    if expected != actual:
        raise VerificationError(f"{what} is not written as remodel writes it")

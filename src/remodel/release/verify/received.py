"""A release as its receiver gets it: every byte fetched by digest, and nothing believed that is not pinned by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from remodel.errors import UnknownName, VerificationError
from remodel.release.artifacts import manifests as oci
from remodel.release.artifacts import reader
from remodel.release.artifacts.manifests import Descriptor
from remodel.release.oci.store import Store
from remodel.release.verify.json_diff import check_entries


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
    models: Mapping[str, Descriptor]
    """What the release's index points at, by name."""

    def choose(self, names: Sequence[str]) -> list[str]:
        """The models that are asked for, all where none is; UnknownName with the choices."""
        for name in names:
            if name not in self.models:
                raise UnknownName("model", name, self.models, f"{self.store.name} {self.version}")
        return list(dict.fromkeys(names)) or sorted(self.models)

    def fetch(self, name: str, into: Path) -> Received:
        """Write the files of one model to `into`/models/<name> and its signatures beside. VerificationError."""
        descriptor, what = self.models[name], f"the manifest of {name}"
        self._check_pointer(oci.model_tag(name, self.version), descriptor)
        manifest = reader.read_model(self._manifest(descriptor, oci.MODEL, what), what)
        expected = oci.model_manifest(list(manifest.layers.values()), manifest.annotations)
        _same_bytes(expected.descriptor.digest, descriptor.digest, what)
        folder = into / "models" / name
        folder.mkdir(parents=True)
        for title, layer in manifest.layers.items():
            (folder / title).parent.mkdir(parents=True, exist_ok=True)
            self.store.fetch(layer, folder / title, f"{name}: {title}")
        signatures = tuple(self._signatures(descriptor, into / "signatures" / name, name))
        return Received(name, descriptor, manifest.annotations, folder, signatures)

    def _signatures(self, subject: Descriptor, folder: Path, name: str) -> Iterator[Path]:
        what = f"the signature of {name}"
        folder.mkdir(parents=True)
        tag = oci.referrers_tag(subject)
        pointer = self.store.pointer(tag)
        if pointer is None:
            raise VerificationError(f"{name} is not signed: nothing has the tag {tag}")
        entries = reader.read_signatures(self.store.read(pointer["digest"], what), what)
        for number, entry in enumerate(entries):
            if entry.artifact_type == oci.SIGNATURE:
                yield self._signature(entry, subject, folder / f"{number}.sig", what)
        if len(entries) == 1:
            self._check_referrers(entries[0], tag)

    def _signature(self, entry: Descriptor, subject: Descriptor, target: Path, what: str) -> Path:
        layer = reader.read_signature(self._manifest(entry, oci.SIGNATURE, what), what)
        _same_bytes(oci.signature_manifest(layer, subject).descriptor.digest, entry.digest, what)
        self.store.fetch(layer, target, what)
        return target

    def _check_referrers(self, entry: Descriptor, tag: str) -> None:
        """The tag's own entry, byte for byte: it is made from the signature's manifest alone."""
        self._check_pointer(tag, oci.referrers(oci.OciManifest(b"", entry)).descriptor)

    def _manifest(self, descriptor: Descriptor, artifact_type: str, what: str) -> bytes:
        """The bytes of a manifest, to which its descriptor fits in every word, and whose config is there."""
        content = self.store.read(descriptor.digest, what)
        expected = Descriptor(oci.MANIFEST, descriptor.digest, len(content), artifact_type)
        check_entries(replace(descriptor, annotations={}).document(), expected.document(), what)
        self.store.read(oci.blob(oci.EMPTY_CONFIG, oci.EMPTY).digest, f"{what}: config", manifest=False)
        return content

    def _check_pointer(self, tag: str, descriptor: Descriptor) -> None:
        check_pointer(self.store, tag, descriptor)


def receive(store: Store, version: str) -> Reception:
    """The release `version` in a store. VerificationError where there is none, or its index is not one of ours."""
    store.check()
    pointer, what = store.pointer(version), f"the index of {version}"
    if pointer is None:
        there = f": it has {', '.join(store.tags())}" if store.tags() else ""
        raise VerificationError(f"{store.name} has no release {version}{there}")
    content = store.read(pointer["digest"], what)
    index = reader.read_release(content, what)
    check_pointer(store, version, Descriptor(oci.INDEX, oci.blob(content, oci.INDEX).digest, len(content), oci.RELEASE))
    named = {name: oci.OciManifest(b"", descriptor) for name, descriptor in index.models.items()}
    _same_bytes(oci.release_index(named, index.annotations).descriptor.digest, pointer["digest"], what)
    return Reception(store, version, index.annotations, index.models)


def check_pointer(store: Store, tag: str, descriptor: Descriptor) -> None:
    """VerificationError unless a tag points at what it has to point at, in every word that the store keeps of it."""
    pointer = store.pointer(tag)
    if pointer is None:
        raise VerificationError(f"nothing has the tag {tag}")
    expected = descriptor.document()
    for key in ("mediaType", "digest", "size", "artifactType"):
        if (key in pointer or store.complete_pointers) and pointer.get(key) != expected.get(key):
            raise VerificationError(f"the tag {tag}: {key} is {pointer.get(key)}, not {expected.get(key)}")


def _same_bytes(expected: str, actual: str, what: str) -> None:
    """VerificationError unless a manifest, made again from what it says, has the digest that it has."""
    if expected != actual:
        raise VerificationError(f"{what} is not written as remodel writes it")

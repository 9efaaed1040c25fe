"""Turns the folders of a release's models, with their signatures, into what a store takes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from remodel.files import sha256_file, write_bytes
from remodel.release.artifacts import manifests as oci
from remodel.release.artifacts.manifests import Descriptor, OciManifest
from remodel.release.contents import sums
from remodel.release.contents.identity import Identity
from remodel.release.oci.store import Bundle
from remodel.results.manifest import Manifest, read_manifest


def bundle(identity: Identity, models: Path, signatures: Path, scratch: Path) -> Bundle:
    """The bundle of every folder in `models`; `signatures` has a folder with the signature of each.

    Tags come last and in this order: what refers to a model, each model, the release.
    """
    blobs = {oci.blob(oci.EMPTY_CONFIG, oci.EMPTY).digest: scratch / "empty.json"}
    write_bytes(scratch / "empty.json", oci.EMPTY_CONFIG)
    artifacts: dict[str, OciManifest] = {}
    signed: list[OciManifest] = []
    referring: list[tuple[str, OciManifest]] = []
    for name in identity.models:
        layers = {path: _layer(file, path) for file, path in sums.files(models / name).items()}
        artifacts[name] = oci.model_manifest(list(layers.values()), model_annotations(models / name, identity))
        signature = _one_file(signatures / name)
        layer = Descriptor(oci.SIGNATURE, f"sha256:{sha256_file(signature)}", signature.stat().st_size)
        signed.append(oci.signature_manifest(layer, artifacts[name].descriptor))
        referring.append((oci.referrers_tag(artifacts[name].descriptor), oci.referrers(signed[-1])))
        blobs |= {layer.digest: path for path, layer in layers.items()} | {layer.digest: signature}
    root = oci.release_index(artifacts, release_annotations(identity))
    tags = [(oci.model_tag(name, identity.version), manifest) for name, manifest in artifacts.items()]
    manifests = (*artifacts.values(), *signed, *(index for _, index in referring), root)
    return Bundle(blobs, manifests, (*referring, *tags, (identity.version, root)))


def release_annotations(identity: Identity) -> dict[str, str]:
    """What the index of a release says of it."""
    return {oci.VERSION: identity.version, oci.REVISION: identity.commit, oci.ENVIRONMENT: identity.environment}


def model_annotations(folder: Path, identity: Identity) -> dict[str, str]:
    """What a model's artifact says of it, so that it can be chosen without being fetched."""
    return {**release_annotations(identity), **_annotations(read_manifest(folder / "manifest.json"))}


def _annotations(facts: Manifest) -> Mapping[str, str]:
    versions = {f"remodel.version.{name}": facts.versions[name] for name in ("python", "scikit-learn")}
    scores = {f"remodel.score.{name}": f"{mean:.4f}" for name, (mean, _) in facts.scores.items()}
    inputs = {f"remodel.input.{name}": digest for name, digest in facts.inputs.items()}
    return {oci.TITLE: facts.model, "remodel.dataset": facts.dataset, **versions, **scores, **inputs}


def _layer(name: str, path: Path) -> Descriptor:
    return oci.file_layer(name, sha256_file(path), path.stat().st_size)


def _one_file(folder: Path) -> Path:
    [path] = folder.iterdir()
    return path

"""What an attacker does to a release: bytes flipped where they are, or files changed and everything addressed anew."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from remodel.errors import VerificationError
from remodel.files import canonical_json, read_json
from remodel.release.artifacts import manifests as oci
from remodel.release.artifacts.manifests import TITLE
from remodel.release.contents.identity import Identity
from remodel.release.contents.signing import KeySigner, KeyVerifier
from remodel.release.contents.statement import read_identity
from remodel.release.oci.bundle import bundle
from remodel.release.oci.layout import Layout
from remodel.release.oci.publish import publish
from remodel.release.oci.store import Store
from remodel.release.verify.command import VerificationRequest, check_files
from remodel.release.verify.received import receive

VERSION = "1.4.0"


def complaint(layout: Path, key: Path, scratch: Path) -> str | None:
    """What a receiver is told of a layout; None where its files are in order."""
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        check_files(VerificationRequest(Layout(layout), VERSION, KeyVerifier(key)), scratch, lambda line: None)
    except VerificationError as error:
        return error.message
    return None


def flip(path: Path, place: int) -> None:
    """Change one byte of a file."""
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(bytes(content))


def changed(
    layout: Path, target: Path, change: Callable[[Path], None], key: Path | None = None, commit: str = ""
) -> None:
    """A layout like another after `change` to its models' files: consistent, and signed anew where a key is given."""
    folder = target.parent / f"{target.name}-files"
    reception = receive(Layout(layout), VERSION)
    received = [reception.fetch(name, folder) for name in reception.choose(())]
    before = read_identity(read_json(received[0].folder / "provenance.json"))
    change(folder / "models")
    names = tuple(sorted(path.name for path in (folder / "models").iterdir()))
    signatures = folder / "signatures"
    for name in names:
        if key is not None:
            [signature] = (signatures / name).iterdir()
            KeySigner(key).sign(folder / "models" / name, signature)
    identity = Identity(before.version, commit or before.commit, before.environment, names)
    publish(bundle(identity, folder / "models", signatures, folder), Layout(target), lambda line: None)


def contents(layout: Path) -> dict[str, dict[str, bytes]]:
    """The files of each model of a release."""
    store, models = Layout(layout), {}
    for name, entry in receive(store, VERSION).models.items():
        models[name] = files(store, entry.digest)
    return models


def files(store: Store, digest: str) -> dict[str, bytes]:
    """The files of one model's artifact."""
    layers = json.loads(store.read(digest, "a manifest"))["layers"]
    return {layer["annotations"][TITLE]: store.read(layer["digest"], "a layer") for layer in layers}


def manifest(layout: Path, tag: str) -> Any:
    """What a tag of a layout points at."""
    store = Layout(layout)
    return json.loads(store.read(str((store.pointer(tag) or {})["digest"]), tag))


def addressed(document: Any, media_type: str, artifact_type: str | None) -> oci.OciManifest:
    """A document as a manifest, with the digest of its own bytes."""
    content = canonical_json(document)
    return oci.OciManifest(content, replace(oci.blob(content, media_type), artifact_type=artifact_type))


def mutants(document: Any) -> Iterator[Any]:
    """The document with each value in turn replaced by something else; of a list, in the first item only."""
    for other in (None, 1, [], {"a": 1}):
        if other != document:
            yield other
    first = document[:1] if isinstance(document, list) else []
    for key, value in document.items() if isinstance(document, dict) else enumerate(first):
        for mutant in mutants(value):
            copied = copy.copy(document)
            copied[key] = mutant
            yield copied

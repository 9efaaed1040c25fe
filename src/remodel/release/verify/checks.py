"""What a receiver checks of one model's files before any of it runs: they say the same of each other, word for word.

The signature comes first: what follows tells apart a release that was tampered with from one that was made wrongly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import contract
from remodel.environments.lockfile import LOCK_NAME, Pin, read_pins, split_header
from remodel.errors import LockError, VerificationError
from remodel.files import sha256_file
from remodel.release.artifacts import manifests as oci
from remodel.release.artifacts.names import FILES
from remodel.release.contents import documents, sums
from remodel.release.contents.bill import check_bill
from remodel.release.contents.example import request
from remodel.release.contents.identity import Identity
from remodel.release.contents.signing import Verifier
from remodel.release.contents.statement import image_digests, read_identity, statement
from remodel.release.oci.bundle import model_annotations
from remodel.release.verify.json_diff import check_entries, first_difference
from remodel.release.verify.received import Received, Reception
from remodel.results.manifest import Manifest, as_manifest

SOURCE = "environment.yml"
"""What the lock of a release is made from."""


@dataclass(frozen=True)
class Checked:
    """A model whose files agree: its release, and what the messages count."""

    name: str
    folder: Path
    identity: Identity
    example: Mapping[str, Any]
    files: int
    wheels: int

    def __str__(self) -> str:
        return f"{self.name}: signature good, {self.files} files, {self.wheels} wheels, provenance {self._commit}"

    @property
    def _commit(self) -> str:
        return self.identity.commit[:12]


def check_model(received: Received, reception: Reception, verifier: Verifier) -> Checked:
    """Everything about one model that needs no container. VerificationError names the file and the field."""
    name, folder = received.name, received.folder
    check_signatures(received, verifier)
    if missing := [file for file in FILES if not (folder / file).is_file()]:
        raise VerificationError(f"{name}: {missing[0]} is missing")
    count = sums.check(folder, name)
    facts = as_manifest(_contract("manifest", folder, name))
    _check_artifacts(folder, facts)
    identity = _check_statement(folder, facts)
    _check_release(reception, identity, facts)
    check_entries(received.annotations, model_annotations(folder, identity), f"the manifest of {name}: annotations")
    pins = _pins(folder, name)
    wheels = check_bill((folder / "bom.cdx.json").read_bytes(), facts, identity.version, pins, f"{name}: bom.cdx.json")
    for kind in ("audit", "trust"):
        documents.read(kind, folder / f"{kind}.json", f"{name}: {kind}.json")
    return Checked(name, folder, identity, _example(folder, name), count, wheels)


def check_signatures(received: Received, verifier: Verifier) -> None:
    """VerificationError unless one of the signatures is good: a release may have one for each of several keys."""
    failures = []
    for signature in received.signatures:
        try:
            return verifier.verify(received.folder, signature, received.name)
        except VerificationError as error:
            failures.append(error)
    raise failures[0] if failures else VerificationError(f"{received.name} is not signed")


def _check_artifacts(folder: Path, facts: Manifest) -> None:
    """The manifest's own digests: of what was built, and of what it was built from as far as that is here."""
    expected = {name: digest for name, digest in facts.digests.items() if name in facts.built}
    expected["schema.json"] = facts.inputs[f"data/{facts.dataset}/schema.json"]
    expected["conda-lock.yml"] = facts.lock_sha256
    for file, digest in sorted(expected.items()):
        actual = sha256_file(folder / file) if (folder / file).is_file() else "missing"
        if actual != digest:
            raise VerificationError(f"{facts.model}: {file} is {actual}, manifest.json says {digest}")
    if (folder / "model.onnx").exists() and "model.onnx" not in facts.artifacts:
        raise VerificationError(f"{facts.model}: model.onnx is not in manifest.json")
    if folder.name != facts.model:
        raise VerificationError(f"{folder.name}: manifest.json is of the model {facts.model}")


def _check_statement(folder: Path, facts: Manifest) -> Identity:
    name = f"{facts.model}: provenance.json"
    document = documents.read("statement", folder / "provenance.json", name)
    identity = read_identity(document)
    subjects = {file: sha256_file(folder / file) for file in facts.built}
    expected = statement(facts, identity, subjects, image_digests(document))
    if difference := first_difference(document, expected):
        raise VerificationError(f"{name}: {difference}, as the files beside it say")
    return identity


def _check_release(reception: Reception, identity: Identity, facts: Manifest) -> None:
    """A model of one release must not pass for part of another, nor a release go without one of its models."""
    name, index = f"{facts.model}: provenance.json", f"the index of {reception.version}"
    if identity.version != reception.version:
        raise VerificationError(f"{name}: it belongs to {identity.version}, not to {reception.version}")
    if sorted(identity.models) != sorted(reception.models):
        raise VerificationError(f"{index} has {', '.join(reception.models)}; {name} says {', '.join(identity.models)}")
    expected = {oci.VERSION: identity.version, oci.REVISION: identity.commit, oci.ENVIRONMENT: identity.environment}
    check_entries(reception.annotations, expected, f"{index}: annotations")


def _pins(folder: Path, name: str) -> Sequence[Pin]:
    """The wheels of the lock. What it says that it was made of is the file beside it, and no other is opened."""
    lock = folder / LOCK_NAME
    texts = {file: _text(folder / file, f"{name}: {file}") for file in (LOCK_NAME, SOURCE)}
    try:
        header, _ = split_header(texts[LOCK_NAME], lock)
        if other := [source for source, _ in header.sources if source != SOURCE]:
            raise VerificationError(f"{name}: {LOCK_NAME} was made from {other[0]}, not from {SOURCE}")
        return read_pins(lock, categories=("main",))
    except LockError as error:
        raise VerificationError(f"{name}: {error.message}") from error


def _text(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise VerificationError(f"{name} is no text in UTF-8: byte {error.start}") from error


def _example(folder: Path, name: str) -> Mapping[str, Any]:
    example: Mapping[str, Any] = documents.read("example", folder / "example.json", f"{name}: example.json")
    schema = _contract("snapshot", folder, name, "schema.json")
    if example["request"] != request(schema):
        raise VerificationError(f"{name}: example.json: $.request is not made from schema.json")
    if example.get("classes") != schema["target"].get("classes") or example["model"] != name:
        raise VerificationError(f"{name}: example.json is of another model or other classes")
    return example


def _contract(kind: str, folder: Path, name: str, file: str = "") -> Any:
    file = file or f"{kind}.json"
    try:
        return contract.check(kind, documents.parse((folder / file).read_bytes(), f"{name}: {file}"), f"{name}: {file}")
    except contract.ContractError as error:
        raise VerificationError(str(error)) from error

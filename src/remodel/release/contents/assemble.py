"""Assembles a release: a folder a model, with its files and everything that describes them, from one checkout."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remodel.audit.rulings import Ruling
from remodel.builds.trust import FILE, read_trust
from remodel.checkout import Checkout
from remodel.engines.engine import Engine
from remodel.environments.environment import Environment
from remodel.errors import BuildError, StorageError
from remodel.examine.examples import ask_examples
from remodel.files import sha256_file, storage_errors, write_bytes, write_json
from remodel.release.contents import documents, example, sums
from remodel.release.contents.audit import audit
from remodel.release.contents.bill import bill
from remodel.release.contents.card import Card
from remodel.release.contents.identity import Identity
from remodel.release.contents.statement import IMAGE, statement
from remodel.results.comparison import Comparison
from remodel.results.documents import read_document
from remodel.results.manifest import Manifest, read_manifest

RESTORE = "Get its bytes back with `dvc checkout`, or build it again with `dvc repro`"


@dataclass(frozen=True)
class Assembly:
    """A release on its way: what it is called, the checkout that it comes from, and its environment."""

    identity: Identity
    checkout: Checkout
    environment: Environment
    comparison: Comparison
    rulings: Sequence[Ruling]

    def assemble(self, engine: Engine, models: Path) -> None:
        """Fill `models` with a folder a model. Raises StorageError and BuildError where something does not fit."""
        index = read_document(self.checkout.release / "index.json", "release")["models"]
        for model in self.identity.models:
            self._collect(model, index[model]["files"], models / model)
            write_json(models / model / "audit.json", self._audit(model))
        answers = ask_examples(self.checkout, self.checkout, engine, self.environment, models)
        for model in self.identity.models:
            self._describe(models / model, answers[model])

    def _collect(self, model: str, files: Mapping[str, Mapping[str, Any]], folder: Path) -> None:
        """Everything that is there already, each checked against what names it."""
        for name, listed in files.items():
            self._copy(self.checkout.release / model / name, folder / name, listed["sha256"])
        facts = self._facts(folder)
        schema = f"data/{facts.dataset}/schema.json"
        self._copy(self.checkout.root / schema, folder / "schema.json", facts.inputs[schema])
        self._copy(self.environment.lock, folder / "conda-lock.yml", facts.lock_sha256)
        source = self.environment.folder / "environment.yml"
        self._copy(source, folder / "environment.yml", sha256_file(source))
        write_json(folder / "trust.json", self._trust(model))
        columns = read_document(folder / "schema.json", "snapshot")
        write_json(folder / "example.json", {"request": example.request(columns)})

    def _copy(self, source: Path, target: Path, sha256: str) -> None:
        with storage_errors(source, "read"):
            actual = sha256_file(source)
        if actual != sha256:
            raise StorageError(f"{source} has sha256 {actual}, it was built with {sha256}", RESTORE)
        with storage_errors(target, "write"):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            target.chmod(0o644)

    def _trust(self, model: str) -> dict[str, Any]:
        """The types that the model needs, with their reasons; BuildError where one is not on the reviewed list."""
        reviewed = read_trust(self.checkout)
        needed = self._result(model)["untrusted_types"]
        if new := [name for name in needed if name not in reviewed]:
            raise BuildError(
                f"{model} holds {', '.join(new)}, which {FILE} does not list",
                "Review it and list it with the reason, or leave the model out of the release",
            )
        return {"schema_version": documents.version("trust"), "types": {name: reviewed[name] for name in needed}}

    def _describe(self, folder: Path, answers: Mapping[str, Any]) -> None:
        """What only the finished files can be described by; SHA256SUMS last."""
        facts, result = self._facts(folder), self._result(folder.name)
        schema = read_document(folder / "schema.json", "snapshot")
        asked = example.request(schema)
        tolerance = float(result["onnx"]["difference_below"] or example.SKOPS_TOLERANCE)
        document = example.example(facts.model, asked, schema["target"].get("classes"), answers["skops"], tolerance)
        example.check_answers(document, answers, facts.model)
        write_json(folder / "example.json", document)
        write_bytes(folder / "bom.cdx.json", bill(facts, self.identity.version, self.environment.pins))
        write_json(folder / "provenance.json", self._statement(folder, facts))
        card = Card(facts, self.identity, schema, self._audit(facts.model), result)
        write_bytes(folder / "README.md", card.render())
        sums.write(folder)

    def _statement(self, folder: Path, facts: Manifest) -> Any:
        subjects = {name: sha256_file(folder / name) for name in facts.built}
        image = {name: sha256_file(self.checkout.root / name) for name in IMAGE}
        return statement(facts, self.identity, subjects, image)

    def _audit(self, model: str) -> dict[str, Any]:
        return audit(self.comparison, self.rulings, model)

    def _facts(self, folder: Path) -> Manifest:
        return read_manifest(folder / "manifest.json")

    def _result(self, model: str) -> Any:
        return read_document(self.checkout.models / model / self.environment.name / "result.json", "result")

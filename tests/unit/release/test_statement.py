"""provenance.json is a statement that in-toto's own library and others' programs read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from remodel.files import canonical_json, read_json, sha256_file
from remodel.release.contents import documents
from remodel.release.contents.identity import Identity
from remodel.release.contents.statement import image_digests, read_identity, statement
from remodel.release.oci.layout import Layout
from remodel.release.verify.received import receive
from remodel.results.manifest import Manifest
from remodel.results.recipe import Recipe
from tests.unit.release.assembled import COMMIT, ENVIRONMENT, MODELS
from tests.unit.release.keys import Keys
from tests.unit.release.tampering import VERSION


def test_standard_tools_read_the_statement_and_the_signature(released: Path, keys: Keys, tmp_path: Path) -> None:
    """in-toto's own library takes the statement and its predicate, and model-signing's own command the signature."""
    from google.protobuf.json_format import ParseDict
    from in_toto_attestation.predicates.provenance.v1.provenance_pb2 import Provenance
    from in_toto_attestation.v1 import statement_pb2
    from in_toto_attestation.v1.statement import Statement

    received = receive(Layout(released), VERSION).fetch(MODELS[0], tmp_path)
    document = read_json(received.folder / "provenance.json")
    statement = Statement.copy_from_pb(ParseDict(document, statement_pb2.Statement()))
    statement.validate()
    provenance = ParseDict(document["predicate"], Provenance())
    assert provenance.build_definition.resolved_dependencies[0].digest["gitCommit"]
    program = [sys.executable, "-m", "model_signing"]
    arguments = ["verify", "key", received.folder, "--public_key", keys.public, "--signature", received.signatures[0]]
    subprocess.run([*program, *map(str, arguments)], check=True, capture_output=True)


def test_what_a_statement_says(released: Path, tmp_path: Path) -> None:
    """Which files, of which release, from which commit, data and lock, in which image."""
    received = receive(Layout(released), VERSION).fetch("iris_tree", tmp_path)
    document = read_json(received.folder / "provenance.json")
    assert documents.check("statement", document, "it") is document
    assert read_identity(document) == Identity(VERSION, COMMIT, ENVIRONMENT, MODELS)
    manifest = read_json(received.folder / "manifest.json")
    subjects = {subject["name"]: subject["digest"] for subject in document["subject"]}
    assert list(subjects) == ["manifest.json", "model.onnx", "model.skops", "scores.json", "signature.json"]
    assert subjects["model.skops"] == {"sha256": manifest["artifacts"]["model.skops"]["sha256"]}
    assert image_digests(document).keys() == {"docker/Containerfile", "docker/base.yaml"}
    made_from = document["predicate"]["buildDefinition"]["resolvedDependencies"]
    digests = {dependency["name"]: dependency["digest"] for dependency in made_from}
    assert digests["source"] == {"gitCommit": COMMIT}
    assert digests["data/iris/schema.json"] == {"sha256": sha256_file(received.folder / "schema.json")}
    lock = sha256_file(received.folder / "conda-lock.yml")
    assert digests[f"docker/{ENVIRONMENT}/conda-lock.yml"] == {"sha256": lock}


def test_a_statement_keeps_the_bytes_of_its_format() -> None:
    """Written by protobuf's JSON or by hand, it is the same text: releases that are out stay good."""
    snapshot = {"data.parquet": "a" * 64, "folds": "b" * 64, "schema.json": "c" * 64}
    manifest = Manifest(
        model="m",
        environment="e",
        base="b",
        python="3.11",
        lock_sha256="1" * 64,
        dataset="d",
        cv="cv",
        snapshot=snapshot,
        recipe=Recipe({}),
        recipe_sha256="7" * 64,
        builder_sha256="4" * 64,
        versions={},
        threads=1,
        cpu_profile="x86-64-v3",
        scores={},
        artifacts={},
    )
    made = statement(manifest, Identity("1.0.0", "5" * 40, "e", ("n", "m")), {"f": "6" * 64}, {})
    inputs = {
        "data/d/data.parquet": "a",
        "data/d/folds/cv.json": "b",
        "data/d/schema.json": "c",
        "docker/e/conda-lock.yml": "1",
        "recipes/m.json": "7",
    }
    resources = [{"name": name, "digest": {"sha256": digest * 64}} for name, digest in inputs.items()]
    parameters = {"environment": "e", "model": "m", "release": {"models": ["n", "m"], "version": "1.0.0"}}
    expected = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "f", "digest": {"sha256": "6" * 64}}],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "urn:remodel:train:1",
                "externalParameters": parameters,
                "resolvedDependencies": [
                    {"name": "source", "digest": {"gitCommit": "5" * 40}},
                    {"name": "src/builder and src/contract", "digest": {"sha256": "4" * 64}},
                    *resources,
                ],
            },
            "runDetails": {"builder": {"id": "urn:remodel:builder", "version": {"remodel": "4" * 64}}},
        },
    }
    assert canonical_json(made) == canonical_json(expected)

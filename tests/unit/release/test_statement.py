"""provenance.json is a statement that in-toto's own library and others' programs read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from remodel.files import read_json
from remodel.release.oci.layout import Layout
from remodel.release.verify.received import receive
from tests.unit.release.assembled import MODELS
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
    words = ["verify", "key", received.folder, "--public_key", keys.public, "--signature", received.signatures[0]]
    subprocess.run([*program, *map(str, words)], check=True, capture_output=True)

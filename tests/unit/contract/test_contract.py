"""The golden examples of every document that the builder reads or writes: valid ones pass, each invalid one fails."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

import contract

EXAMPLES = Path(__file__).parent / "examples"

KINDS = (
    "snapshot_request",
    "snapshot",
    "folds",
    "recipe",
    "environment",
    "trust",
    "differences",
    "scores",
    "manifest",
    "result",
    "error",
    "parameters",
    "profile",
    "profile_request",
)


def examples(prefix):
    return [path for kind in KINDS for path in sorted((EXAMPLES / kind).glob(f"{prefix}-*.json"))]


def name_of(path):
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_examples_and_a_sound_schema(kind):
    """Each schema is a valid draft 2020-12 schema with a version, and has examples of both sorts."""
    jsonschema.Draft202012Validator.check_schema(contract.schema(kind))
    assert contract.version(kind) >= 1
    assert list((EXAMPLES / kind).glob("valid-*.json"))
    assert list((EXAMPLES / kind).glob("invalid-*.json"))


@pytest.mark.parametrize("path", examples("valid"), ids=name_of)
def test_valid_examples_pass(path):
    """A valid example is returned as it is."""
    document = json.loads(path.read_bytes())
    assert contract.check(path.parent.name, document, path.name) == document


@pytest.mark.parametrize("path", examples("invalid"), ids=name_of)
def test_invalid_examples_fail(path):
    """An invalid example is refused with its file, its kind and the place."""
    with pytest.raises(contract.ContractError, match=f"{path.name} is not a valid {path.parent.name}: \\$"):
        contract.check(path.parent.name, json.loads(path.read_bytes()), path.name)


@pytest.mark.parametrize("path", examples("valid"), ids=name_of)
@pytest.mark.parametrize(("version", "advice"), [(-1, "build it again"), (1, "update the checkout")])
def test_other_versions_get_their_own_advice(path, version, advice):
    """An older document has to be built again, a newer one needs a newer checkout."""
    version += contract.version(path.parent.name)
    document = {**json.loads(path.read_bytes()), "schema_version": version}
    with pytest.raises(contract.ContractError, match=f"has {path.parent.name} schema {version}.*{advice}"):
        contract.check(path.parent.name, document, path.name)

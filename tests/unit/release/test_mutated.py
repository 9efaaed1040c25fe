"""Every JSON file of a release, changed at random: it is refused in one line, and nothing else happens."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.release.assembled import MODELS, VERSION
from tests.unit.release.attacks import Release
from tests.unit.release.keys import Keys
from tests.unit.release.mutating import mutants
from tests.unit.release.tampering import complaint

EXAMPLES = int(os.environ.get("REMODEL_EXAMPLES", "40"))
"""Changes of each document."""

SIGNED_EXAMPLES = EXAMPLES // 4
"""Of each file that is signed anew, which takes longer."""

SIGNED = ("audit.json", "bom.cdx.json", "example.json", "manifest.json", "provenance.json", "schema.json", "trust.json")
"""Files that a receiver reads after the signature was found to be good."""

Put = Callable[[Release, bytes], None]


def referring(release: Release) -> bytes:
    """The index of what refers to the first model."""
    return release.pointed(release.signature_tag()).read_bytes()


def signature(release: Release) -> Path:
    """The manifest of its signature."""
    return release.blob(json.loads(referring(release))["manifests"][0]["digest"])


def put_signature(release: Release, content: bytes) -> None:
    """Another manifest of a signature, with digests that fit."""
    index = json.loads(referring(release))
    index["manifests"][0].update(release.put(content))
    release.repoint(release.signature_tag(), json.dumps(index).encode())


def put_mark(release: Release, content: bytes) -> None:
    """Another oci-layout."""
    (release.root / "oci-layout").write_bytes(content)


def put_index(release: Release, content: bytes) -> None:
    """Another index.json."""
    release.index.write_bytes(content)


PLACES: dict[str, tuple[Callable[[Release], bytes], Put]] = {
    "oci-layout": (lambda release: (release.root / "oci-layout").read_bytes(), put_mark),
    "index.json": (lambda release: release.index.read_bytes(), put_index),
    "the index of the release": (
        lambda release: release.pointed().read_bytes(),
        lambda release, content: release.repoint(VERSION, content),
    ),
    "the manifest of a model": (
        lambda release: release.pointed(f"{MODELS[0]}-{VERSION}").read_bytes(),
        lambda release, content: release.edit_model(lambda document: content),
    ),
    "what refers to a model": (
        referring,
        lambda release, content: release.repoint(release.signature_tag(), content),
    ),
    "the manifest of a signature": (lambda release: signature(release).read_bytes(), put_signature),
    "a signature": (Release.signature, lambda release, content: release.replace_signature(content)),
}


MORE_THAN_ONE = ("what refers to a model", "a signature")
"""A good signature is one, whatever stands beside it."""


@pytest.mark.attack("releases")
@pytest.mark.parametrize("place", PLACES)
def test_documents_that_were_changed_at_random(released: Path, keys: Keys, tmp_path: Path, place: str) -> None:
    """Whatever is changed in a document of a release, and addressed anew, its receiver is told in one line."""
    read, put = PLACES[place]
    chance = random.Random(place)
    before = read(Release(released, keys))
    source = mutants(before, chance)
    for number in range(EXAMPLES):
        content = next(source)
        layout = tmp_path / "layout"
        shutil.copytree(released, layout)
        put(Release(layout, keys), content)
        message = complaint(layout, keys.public, tmp_path / "scratch")
        assert_one_line(message, content == before or place in MORE_THAN_ONE, (place, number, content))
        shutil.rmtree(layout)


@pytest.mark.attack("releases")
@pytest.mark.parametrize("name", SIGNED)
def test_files_that_were_changed_at_random_and_signed(released: Path, keys: Keys, tmp_path: Path, name: str) -> None:
    """A publisher whose key is good may sign whatever he likes: his receiver is told what does not fit, in one line."""
    chance = random.Random(name)
    source = mutants(Release(released, keys).layer(name).read_bytes(), chance)
    refused = 0
    for _ in range(SIGNED_EXAMPLES):
        content = next(source)
        layout = tmp_path / "layout"
        shutil.copytree(released, layout)
        Release(layout, keys).sign_anew({name: content})
        message = complaint(layout, keys.public, tmp_path / "scratch")
        assert_one_line(message, True, (name, content))
        refused += message is not None
        shutil.rmtree(layout)
    assert refused


def assert_one_line(message: str | None, may_pass: bool, what: object) -> None:
    """It was refused with a message that is short and of one line, or nothing was changed."""
    assert message is not None or may_pass, what
    assert message is None or (len(message) < 3000 and "\n" not in message), what

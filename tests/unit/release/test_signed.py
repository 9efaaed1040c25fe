"""Files that were signed with the right key and are not what they should be: one line, and nothing else is opened."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from remodel.errors import VerificationError
from remodel.files import canonical_json
from remodel.release.verify import checks
from tests.unit.release.assembled import VERSION
from tests.unit.release.attacking import Receiver, assert_told, receiver
from tests.unit.release.attacks import SECRET, Release
from tests.unit.release.keys import Keys

__all__ = ["receiver"]

Change = Callable[[bytes], bytes]


def edited(change: Callable[[Any], object]) -> Change:
    """A change of a document."""

    def edit(content: bytes) -> bytes:
        document = json.loads(content)
        change(document)
        return canonical_json(document)

    return edit


ATTACKS: dict[str, tuple[str, Change, str]] = {
    "a manifest nested without an end": ("manifest.json", lambda content: b"[" * 100_000, "more than 100 levels"),
    "a manifest with a key twice": (
        "manifest.json",
        lambda content: content.replace(b"{", b'{"model": "other",', 1),
        "iris_bayes: manifest.json is not valid JSON: the key 'model' is there twice",
    ),
    "a manifest of another model": (
        "manifest.json",
        edited(lambda document: document.update(model="../../iris")),
        "iris_bayes: manifest.json is not a valid manifest: $.model: '../../iris' does not match",
    ),
    "a bill nested without an end": ("bom.cdx.json", lambda content: b"[" * 100_000, "more than 100 levels"),
    "a bill that is no text": ("bom.cdx.json", lambda content: b"\xff" + content, "bom.cdx.json is not valid JSON"),
    "a bill of no model": (
        "bom.cdx.json",
        edited(lambda document: document.pop("metadata")),
        "iris_bayes: bom.cdx.json: metadata.component: iris_bayes is missing, not 1.4.0",
    ),
    "a bill with a wheel twice": (
        "bom.cdx.json",
        edited(lambda document: document["components"].append({**document["components"][-1], "bom-ref": "other"})),
        "is there twice",
    ),
    "a statement with a number that is none": (
        "provenance.json",
        lambda content: content.replace(b'"_type": ', b'"old": NaN, "_type": '),
        "iris_bayes: provenance.json is not valid JSON: NaN is no number",
    ),
    "a statement of an environment elsewhere": (
        "provenance.json",
        lambda content: content.replace(b'"environment": "sklearn-1.9"', b'"environment": "../../../tmp"'),
        "is '../../../tmp', not 'sklearn-1.9'",
    ),
    "a statement without a commit": (
        "provenance.json",
        lambda content: content.replace(b"gitCommit", b"gitTree"),
        "iris_bayes: provenance.json: ",
    ),
    "an example nested without an end": ("example.json", lambda content: b"[" * 100_000, "more than 100 levels"),
    "an example of another model": (
        "example.json",
        edited(lambda document: document.update(model="iris_tree")),
        "iris_bayes: example.json is of another model or other classes",
    ),
    "an environment that is no text": (
        "environment.yml",
        lambda content: b"\xff\xfe" + content,
        "iris_bayes: environment.yml is no text in UTF-8: byte 0",
    ),
    "a reason for trust in another form": (
        "trust.json",
        lambda content: json.dumps(json.loads(content)).encode(),
        "iris_bayes: trust.json is not written as remodel writes JSON",
    ),
    "an audit with a number of a million digits": (
        "audit.json",
        lambda content: content.replace(b'"schema_version": ', b'"schema_version": 1' + b"0" * 1_000_000),
        "iris_bayes: audit.json is not valid JSON: ",
    ),
    "sums that are no text": (
        "SHA256SUMS",
        lambda content: b"\xff\xfe\x00" + content,
        "iris_bayes: ",
    ),
    "sums of files elsewhere": (
        "SHA256SUMS",
        lambda content: content + b"0" * 64 + f"  ../../{SECRET}\n".encode(),
        f"iris_bayes: ../../{SECRET} has sha256 missing, SHA256SUMS says ",
    ),
}


@pytest.mark.attack("releases")
@pytest.mark.parametrize("name", ATTACKS)
def test_signed_files_that_do_not_fit(
    released: Path, keys: Keys, tmp_path: Path, receiver: Receiver, name: str
) -> None:
    """What its publisher signed, and what does not fit together, is told in one line before any of it runs."""
    shutil.copytree(released, tmp_path / "layout")
    file, change, message = ATTACKS[name]
    release = Release(tmp_path / "layout", keys)
    release.sign_anew({file: change(release.layer(file).read_bytes())})
    answer = receiver(f"{tmp_path / 'layout'}:{VERSION}", "--key", keys.public)
    assert_told(answer, message)
    assert not [opened for opened in answer.opened if SECRET in opened]


@pytest.mark.attack("releases")
def test_a_lock_that_says_it_was_made_from_another_file(released: Path, keys: Keys, tmp_path: Path) -> None:
    """A lock names what it was made from: no other file than the one beside it is opened for that."""
    release = Release(released, keys)
    for name in ("conda-lock.yml", "environment.yml"):
        shutil.copy(release.layer(name), tmp_path / name)
    assert checks._pins(tmp_path, "m")
    (tmp_path / "environment.yml").rename(tmp_path / "secret.yml")
    (tmp_path / "environment.yml").write_text("name: other\n")
    lock = tmp_path / "conda-lock.yml"
    before = lock.read_text()
    for other in ("secret.yml", "../secret.yml", str(tmp_path / "secret.yml")):
        lock.write_text(before.replace("# environment.yml sha256", f"# {other} sha256"))
        with pytest.raises(VerificationError, match=r"^m: conda-lock\.yml was made from .*secret\.yml, not from"):
            checks._pins(tmp_path, "m")
    lock.write_bytes(b"\xff" + before.encode())
    with pytest.raises(VerificationError, match=r"^m: conda-lock\.yml is no text in UTF-8: byte 0"):
        checks._pins(tmp_path, "m")

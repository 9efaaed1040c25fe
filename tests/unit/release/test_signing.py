"""Signatures: keys that cannot be used are known at once, and what was signed is all of a folder and its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from remodel.errors import RemodelError, UsageError, VerificationError
from remodel.release.contents.signing import PASSWORD, KeylessSigner, KeylessVerifier, KeySigner, KeyVerifier
from remodel.release.oci.layout import Layout
from remodel.release.verify.received import receive
from tests.unit.release.keys import Keys
from tests.unit.release.tampering import VERSION


def test_keyless_signing_without_the_services_for_it(
    released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where Sigstore cannot be reached, both ends say so, and that a key needs none of it."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://localhost:9")
        monkeypatch.setenv(name.lower(), "http://localhost:9")
    received = receive(Layout(released), VERSION).fetch("iris_tree", tmp_path)
    with pytest.raises(RemodelError, match=r"keyless signing failed: .*TUF") as caught:
        KeylessSigner().sign(received.folder, tmp_path / "signature")
    assert "--key" in caught.value.advice
    with pytest.raises(VerificationError, match=r"iris_tree: the signature is not good: .*TUF"):
        KeylessVerifier("somebody@example.com").verify(received.folder, received.signatures[0], "iris_tree")


def test_keys(keys: Keys, released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing, encrypted without or with the wrong password, public instead of private: told before all else."""
    monkeypatch.delenv(PASSWORD, raising=False)
    for key, message in (
        (tmp_path / "none.pem", "there is no signing key"),
        (keys.encrypted, "is encrypted"),
        (keys.public, r"is no private key of an elliptic curve"),
    ):
        with pytest.raises(UsageError, match=message) as caught:
            KeySigner(key).check()
        assert caught.value.advice
    KeySigner(keys.private).check()
    monkeypatch.setenv(PASSWORD, "wrong")
    with pytest.raises(UsageError, match=f"the password in {PASSWORD} is not that of"):
        KeySigner(keys.encrypted).check()
    with pytest.raises(UsageError, match=f"is not encrypted, but {PASSWORD} is set"):
        KeySigner(keys.private).check()
    monkeypatch.setenv(PASSWORD, "secret")
    KeySigner(keys.encrypted).check()
    for key, message in ((tmp_path / "none.pub", "there is no public key"), (keys.private, "is no public key")):
        with pytest.raises(UsageError, match=message):
            KeyVerifier(key).check()


@pytest.mark.parametrize("change", ["other", "more", "fewer"])
def test_a_signature_is_of_all_files(keys: Keys, tmp_path: Path, change: str) -> None:
    """Another byte, a file more or less is told from what was signed, and another key from all of these."""
    folder, signature = tmp_path / "model", tmp_path / "signature"
    (folder / "serving").mkdir(parents=True)
    for name in ("a", "serving/b"):
        (folder / name).write_text(name)
    KeySigner(keys.private).sign(folder, signature)
    KeyVerifier(keys.public).verify(folder, signature, "model")
    with pytest.raises(VerificationError, match="model: the signature is not good: it was not made with this key"):
        KeyVerifier(keys.other_public).verify(folder, signature, "model")
    if change == "fewer":
        (folder / "serving" / "b").unlink()
    else:
        (folder / {"other": "a", "more": "more"}[change]).write_text("c")
    with pytest.raises(VerificationError, match=r"model: the signature is not good: (?!it was not made)"):
        KeyVerifier(keys.public).verify(folder, signature, "model")

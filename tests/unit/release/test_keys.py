"""Files that are no keys, or keys of another kind: one line says what the file is and which one is needed."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from remodel.errors import UsageError
from remodel.release.contents.signing import MAKE_KEY, PASSWORD, KeySigner, KeyVerifier
from tests.unit.release.attacking import Receiver, receiver
from tests.unit.release.keys import Keys, openssl

__all__ = ["receiver"]

Make = Callable[[Path], object]


def generated(*arguments: str) -> Make:
    """A private key."""
    return lambda path: openssl("genpkey", *arguments, "-out", path)


def public(make: Make) -> Make:
    """The public key of a private one."""

    def made(path: Path) -> None:
        make(path.with_suffix(".private"))
        openssl("pkey", "-in", path.with_suffix(".private"), "-pubout", "-out", path)

    return made


def certificate(path: Path) -> None:
    """One that its own key has signed."""
    key = path.with_suffix(".private")
    EC(key)
    openssl("req", "-x509", "-key", key, "-subj", "/CN=somebody", "-out", path)


def ssh(path: Path) -> None:
    """A pair of SSH."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)


def ssh_public(path: Path) -> None:
    """Its public half."""
    ssh(path.with_suffix(".pair"))
    path.write_bytes(path.with_suffix(".pair.pub").read_bytes())


def encrypted(path: Path) -> None:
    """An encrypted key in the newer form."""
    EC(path.with_suffix(".private"))
    arguments = ("-topk8", "-passout", "pass:secret", "-in", path.with_suffix(".private"), "-out", path)
    openssl("pkcs8", *arguments)


def der(path: Path) -> None:
    """A key that is not in PEM."""
    EC(path.with_suffix(".private"))
    openssl("ec", "-in", path.with_suffix(".private"), "-outform", "DER", "-out", path)


def cut_off(path: Path) -> None:
    """The first half of a key."""
    EC(path)
    path.write_bytes(path.read_bytes()[:120])


def of_curve(name: str) -> Make:
    """A key on another curve."""
    return lambda path: openssl("ecparam", "-name", name, "-genkey", "-noout", "-out", path)


EC = of_curve("prime256v1")
RSA = generated("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
ED25519 = generated("-algorithm", "ED25519")

FILES: dict[str, tuple[Make, str]] = {
    "an empty file": (Path.touch, "an empty file"),
    "a certificate": (certificate, "a certificate"),
    "an RSA key": (RSA, "an RSA private key"),
    "a public RSA key": (public(RSA), "an RSA public key"),
    "an Ed25519 key": (ED25519, "an Ed25519 private key"),
    "a public Ed25519 key": (public(ED25519), "an Ed25519 public key"),
    "a key of another curve": (of_curve("secp256k1"), "a private key of the curve secp256k1, and P-256, P-384, P-521"),
    "an SSH key": (ssh, "an SSH private key"),
    "a public SSH key": (ssh_public, "an SSH public key"),
    "a key in DER": (der, "a file in DER, not in PEM"),
    "half a key": (cut_off, "a damaged private key"),
    "a text": (lambda path: path.write_text("no key\n"), "no file in PEM"),
    "something else in PEM": (
        lambda path: path.write_text("-----BEGIN NOTHING-----\nAAAA\n-----END NOTHING-----\n"),
        "a file in PEM of the kind NOTHING",
    ),
}


@pytest.fixture(autouse=True)
def no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of whoever runs the tests."""
    monkeypatch.delenv(PASSWORD, raising=False)


@pytest.mark.parametrize("name", FILES)
def test_files_that_are_no_key(name: str, tmp_path: Path) -> None:
    """To sign with and to check with: what it is, what is needed, and how to get it."""
    make, kind = FILES[name]
    path = tmp_path / "key.pem"
    make(path)
    for user, needed in ((KeySigner(path), "private"), (KeyVerifier(path), "public")):
        with pytest.raises(UsageError) as caught:
            user.check()
        assert caught.value.message.startswith(f"{path} is no {needed} key of an elliptic curve: it is {kind}")
        assert caught.value.advice
        assert "\n" not in str(caught.value)


def test_one_half_of_a_pair_for_the_other(keys: Keys, tmp_path: Path) -> None:
    """The public one cannot sign; of the private one the public one can be made, and is asked for."""
    with pytest.raises(UsageError, match="it is a public key of the curve secp256r1") as caught:
        KeySigner(keys.public).check()
    assert caught.value.advice == MAKE_KEY
    encrypted(tmp_path / "encrypted.pem")
    for path, kind in (
        (keys.private, "a private key of the curve secp256r1"),
        (keys.encrypted, "an encrypted private key"),
        (tmp_path / "encrypted.pem", "an encrypted private key"),
    ):
        with pytest.raises(UsageError, match=f"is no public key of an elliptic curve: it is {kind}") as caught:
            KeyVerifier(path).check()
        assert caught.value.advice == f"Make the public one of it: openssl ec -in {path} -pubout"


def test_encrypted_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the newer form, too: without a password, with a wrong one, with the right one."""
    path = tmp_path / "key.pem"
    encrypted(path)
    with pytest.raises(UsageError, match="is encrypted"):
        KeySigner(path).check()
    monkeypatch.setenv(PASSWORD, "wrong")
    with pytest.raises(UsageError, match=f"the password in {PASSWORD} is not that of"):
        KeySigner(path).check()
    monkeypatch.setenv(PASSWORD, "secret")
    KeySigner(path).check()


@pytest.mark.parametrize("curve", ["prime256v1", "secp384r1", "secp521r1"])
def test_keys_that_can_be_used(curve: str, tmp_path: Path) -> None:
    """Three curves; the parameters of the curve may stand before the key, as openssl puts them there unasked."""
    openssl("ecparam", "-name", curve, "-genkey", "-out", tmp_path / "key.pem")
    openssl("ec", "-in", tmp_path / "key.pem", "-pubout", "-out", tmp_path / "key.pub")
    KeySigner(tmp_path / "key.pem").check()
    KeyVerifier(tmp_path / "key.pub").check()


def test_what_is_no_file(released: Path, tmp_path: Path, receiver: Receiver) -> None:
    """A folder, or a file of gigabytes: told by the command line in one line, before anything is fetched."""
    (tmp_path / "large").touch()
    with (tmp_path / "large").open("r+b") as stream:
        stream.truncate(10 << 30)
    for path, message in (
        (tmp_path, f"{tmp_path} is a folder, and no public key"),
        (tmp_path / "large", "has 10,737,418,240 bytes, and is no public key"),
        (tmp_path / "none", "there is no public key"),
    ):
        answer = receiver(released, "--key", path)
        assert (answer.code, answer.err.count("\n"), message in answer.err) == (2, 1, True), answer

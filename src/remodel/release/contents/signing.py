"""Signatures in the format of OpenSSF's model signing, made and checked by its library: by a key pair, or keyless.

The signature is one file (a Sigstore bundle) about all files of a model's folder. It does not cover the folder's name:
that is in manifest.json, which is one of the files.
"""

from __future__ import annotations

import contextlib
import os
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remodel.errors import RemodelError, UsageError, VerificationError
from remodel.release.contents import keys

NAME = "model.sig"

PASSWORD = "REMODEL_KEY_PASSWORD"
"""The variable with the password of an encrypted key: a password on a command line can be read by everybody."""

ISSUER = "https://token.actions.githubusercontent.com"
"""Who vouches for a GitHub workflow, the usual place of keyless signing."""

ASK_FOR_KEY = "Ask the publisher for the public key: it is never taken from the release itself"

MAKE_KEY = "Make one: openssl ecparam -name prime256v1 -genkey -noout -out key.pem"


class Signer(ABC):
    """Signs models."""

    @abstractmethod
    def sign(self, folder: Path, signature: Path) -> None:
        """Write the signature of all files in `folder`."""


class Verifier(ABC):
    """Checks signatures."""

    @abstractmethod
    def verify(self, folder: Path, signature: Path, name: str) -> None:
        """VerificationError, which names the file, unless `signature` is a good one of exactly these files."""


@dataclass(frozen=True)
class KeySigner(Signer):
    """Signs with an elliptic curve private key in a PEM file."""

    key: Path

    def check(self) -> None:
        """UsageError where the key cannot be used: known before anything is assembled."""
        self._config()

    def sign(self, folder: Path, signature: Path) -> None:
        self._config().sign(folder, signature)

    def _config(self) -> Any:
        from model_signing import signing

        keys.require_file(self.key, "signing key", MAKE_KEY)
        password = os.environ.get(PASSWORD)
        with _key_errors(self.key, encrypted=password is not None):
            # The library says str, and hands what it gets to one that takes bytes only.
            secret: Any = password.encode() if password is not None else None
            config = signing.Config()
            return config.use_elliptic_key_signer(private_key=self.key, password=secret)


@dataclass(frozen=True)
class KeyVerifier(Verifier):
    """Checks signatures with an elliptic curve public key in a PEM file."""

    key: Path

    def check(self) -> None:
        """UsageError where the key cannot be used: known before anything is fetched."""
        self._config()

    def verify(self, folder: Path, signature: Path, name: str) -> None:
        config = self._config()
        with _verification_errors(name):
            config.verify(folder, signature)

    def _config(self) -> Any:
        from model_signing import verifying

        keys.require_file(self.key, "public key", ASK_FOR_KEY)
        try:
            config = verifying.Config()
            return config.use_elliptic_key_verifier(public_key=self.key)
        except Exception as error:  # the library's own for some files: it looks for a curve before it asks for the kind
            kind = keys.describe(self.key)
            its = kind.startswith(("a private key of the curve", "an encrypted"))
            advice = f"Make the public one of it: openssl ec -in {self.key} -pubout" if its else ASK_FOR_KEY
            raise UsageError(f"{self.key} is no public key of an elliptic curve: it is {kind}", advice) from error


@dataclass(frozen=True)
class KeylessSigner(Signer):
    """Signs with Sigstore: the identity is that of the workflow or person, no key is kept."""

    def sign(self, folder: Path, signature: Path) -> None:
        from model_signing import signing

        try:
            config = signing.Config()
            config.use_sigstore_signer(use_ambient_credentials=True, force_oob=True).sign(folder, signature)
        except (Exception, SystemExit) as error:
            raise RemodelError(
                f"keyless signing failed: {_first_line(error)}",
                "It needs Sigstore's services and an identity (a GitHub workflow has one); sign with --key instead",
            ) from error


@dataclass(frozen=True)
class KeylessVerifier(Verifier):
    """Checks signatures made with Sigstore by one identity, vouched for by one issuer."""

    identity: str
    issuer: str = ISSUER

    def verify(self, folder: Path, signature: Path, name: str) -> None:
        from model_signing import verifying

        with _verification_errors(name):
            config = verifying.Config()
            config.use_sigstore_verifier(identity=self.identity, oidc_issuer=self.issuer).verify(folder, signature)


@contextlib.contextmanager
def _key_errors(key: Path, encrypted: bool) -> Iterator[None]:
    """What cryptography raises for a key, as one error each."""
    try:
        yield
    except TypeError as error:
        if keys.describe(key) == "an encrypted private key":
            raise UsageError(f"{key} is encrypted", f"Set its password in the variable {PASSWORD}") from error
        raise UsageError(f"{key} is not encrypted, but {PASSWORD} is set", f"Unset it: unset {PASSWORD}") from error
    except Exception as error:  # the library's own for some files: it looks for a curve before it asks for the kind
        kind = keys.describe(key)
        if encrypted and kind == "an encrypted private key" and re.search(r"password|decrypt", str(error), re.I):
            raise UsageError(f"the password in {PASSWORD} is not that of {key}", f"Set it: {PASSWORD}") from error
        raise UsageError(f"{key} is no private key of an elliptic curve: it is {kind}", MAKE_KEY) from error


@contextlib.contextmanager
def _verification_errors(name: str) -> Iterator[None]:
    """Whatever the library raises for a file that somebody else wrote, as a VerificationError."""
    try:
        yield
    except Exception as error:
        other_key = type(error).__name__ == "InvalidSignature" or str(error).startswith("Key mismatch")
        reason = "it was not made with this key" if other_key else _message(error)
        raise VerificationError(f"{name}: the signature is not good: {reason}") from error


def _message(error: Exception) -> str:
    """The library's words, its digests left out: `sums` tells them better."""
    text = re.sub(r"Expected 'Digest\(.*?\)', Actual 'Digest\(.*?\)'", "other content than was signed", str(error))
    return _first_line(text.replace("\\'", "'")) or type(error).__name__


def _first_line(error: object) -> str:
    return next((" ".join(line.split()) for line in str(error).splitlines() if line.strip()), "")

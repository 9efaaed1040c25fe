"""Key pairs to sign releases with, made by openssl, as docs/releasing.md says."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Keys:
    """Key pairs in PEM files: the publisher's, another, and the publisher's encrypted with the password `secret`."""

    private: Path
    public: Path
    encrypted: Path
    other_public: Path


def make_keys(folder: Path) -> Keys:
    """Write all of them into a folder."""
    keys, other = keys_in(folder), folder / "other.pem"
    for key in (keys.private, other):
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key)
        openssl("ec", "-in", key, "-pubout", "-out", key.with_suffix(".pub"))
    openssl("ec", "-in", keys.private, "-aes256", "-passout", "pass:secret", "-out", keys.encrypted)
    return keys


def keys_in(folder: Path) -> Keys:
    """Those that were made in a folder."""
    return Keys(folder / "key.pem", folder / "key.pub", folder / "encrypted.pem", folder / "other.pub")


def openssl(*arguments: str | Path) -> None:
    """Run the system's openssl."""
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)

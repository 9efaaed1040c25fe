"""Says what a file is that was given as a key, so that who mixed two up knows which one is needed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from remodel.errors import UsageError
from remodel.files import storage_errors
from remodel.takeover.left import kind_of

CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
"""Those of Sigstore's format."""

LARGEST = 1 << 20
"""Bytes; a key has some hundred."""

LABEL = re.compile(rb"^-----BEGIN ([A-Z0-9 ]+)-----\s*$", re.MULTILINE)

LABELS = {
    "CERTIFICATE": "a certificate",
    "CERTIFICATE REQUEST": "a request for a certificate",
    "DSA PRIVATE KEY": "a DSA private key",
    "ENCRYPTED PRIVATE KEY": "an encrypted private key",
    "ENCRYPTED COSIGN PRIVATE KEY": "a private key of cosign",
    "ENCRYPTED SIGSTORE PRIVATE KEY": "a private key of cosign",
    "OPENSSH PRIVATE KEY": "an SSH private key",
    "PGP PRIVATE KEY BLOCK": "a PGP private key",
    "PGP PUBLIC KEY BLOCK": "a PGP public key",
    "RSA PRIVATE KEY": "an RSA private key",
    "RSA PUBLIC KEY": "an RSA public key",
}
"""What a label says by itself."""

SSH = re.compile(rb"(ssh|sk-ssh|ecdsa-sha2|sk-ecdsa-sha2)-\S+ AAAA|---- BEGIN SSH2 PUBLIC KEY")


def require_file(path: Path, kind: str, advice: str) -> None:
    """UsageError where there is no file that could be a key."""
    with storage_errors(path, "read"):
        if not path.exists():
            raise UsageError(f"there is no {kind} {path}", advice)
        found = path.stat()
        if not path.is_file():
            raise UsageError(f"{path} is {kind_of(found.st_mode)}, and no {kind}", advice)
        if found.st_size > LARGEST:
            raise UsageError(f"{path} has {found.st_size:,} bytes, and is no {kind}", advice)


def describe(path: Path) -> str:
    """What a file is, in words: "a certificate", "an RSA public key", "an encrypted private key"."""
    with storage_errors(path, "read"):
        content = path.read_bytes()
    if not content.strip():
        return "an empty file"
    labels = [label.decode() for label in LABEL.findall(content) if label != b"EC PARAMETERS"]
    if labels:
        return LABELS.get(labels[0]) or _loaded(content, labels[0])
    if SSH.match(content):
        return "an SSH public key"
    return "a file in DER, not in PEM" if content.startswith(b"\x30") else "no file in PEM"


def _loaded(content: bytes, label: str) -> str:
    """What a label leaves open is asked of OpenSSL."""
    from OpenSSL import crypto

    half = "private" if label.endswith("PRIVATE KEY") else "public"
    if not label.endswith("KEY"):
        return f"a file in PEM of the kind {label}"
    if b"Proc-Type: 4,ENCRYPTED" in content:
        return "an encrypted private key"
    try:
        load: Any = crypto.load_privatekey if half == "private" else crypto.load_publickey
        return _of_type(load(crypto.FILETYPE_PEM, content).to_cryptography_key(), half)
    except Exception:
        return f"a damaged {half} key, or of a kind that is not known here"


def _of_type(key: Any, half: str) -> str:
    if curve := getattr(getattr(key, "curve", None), "name", ""):
        known = "" if curve in CURVES else f", and {', '.join(CURVES.values())} are known"
        return f"a {half} key of the curve {curve}{known}"
    kind = type(key).__name__.strip("_").partition("P")[0]
    return f"{'an' if kind[:1] in 'AEIORX' else 'a'} {kind} {half} key"

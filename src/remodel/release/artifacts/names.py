"""What may be called how in a release: digests, tags, models, and the files of a model with the bytes they may have."""

from __future__ import annotations

import re

from remodel.errors import VerificationError

DIGEST = re.compile(r"sha256:[0-9a-f]{64}")

TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
"""https://github.com/opencontainers/distribution-spec"""

MODEL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")

FILES = (
    "README.md",
    "SHA256SUMS",
    "audit.json",
    "bom.cdx.json",
    "conda-lock.yml",
    "environment.yml",
    "example.json",
    "manifest.json",
    "model.skops",
    "provenance.json",
    "schema.json",
    "scores.json",
    "trust.json",
)
"""What every released model has; model.onnx where its environment can make one."""

FURTHER = ("__main__.py", "model.onnx", "signature.json")
"""What it may have besides, and the program in serving/."""

PROGRAM = re.compile(r"serving(/[A-Za-z_][A-Za-z0-9_]{0,63}){1,3}\.py")

MODELS = ("model.onnx", "model.skops")

LARGEST_MODEL = 8 << 30
"""Bytes."""

LARGEST_TEXT = 64 << 20
"""Bytes of any other file: it is read whole."""


def require_digest(text: object, what: str) -> str:
    """The digest as it stands: by it files are found. VerificationError where it is anything else."""
    if not isinstance(text, str) or not DIGEST.fullmatch(text):
        raise VerificationError(f"{what} has the digest {_shown(text)}, which is not sha256: and 64 hex digits")
    return text


def require_tag(text: object, what: str) -> str:
    """A tag as it stands; VerificationError where a registry would not take it."""
    if not isinstance(text, str) or not TAG.fullmatch(text):
        raise VerificationError(f"{what} has the tag {_shown(text)}, which is none")
    return text


def require_model(text: object, what: str) -> str:
    """The name of a model, which cannot lead out of a folder. VerificationError where it could, or is none."""
    if not isinstance(text, str) or not MODEL.fullmatch(text):
        raise VerificationError(f"{what} names a model {_shown(text)}")
    return text


def require_file(text: object, what: str) -> str:
    """The name of a file that a released model has or may have; VerificationError for any other."""
    if isinstance(text, str) and (text in FILES or text in FURTHER or PROGRAM.fullmatch(text)):
        return text
    raise VerificationError(f"{what} has the file name {_shown(text)}, which no released model has")


def largest(name: str) -> int:
    """Bytes that a file of a model may have."""
    return LARGEST_MODEL if name in MODELS else LARGEST_TEXT


def _shown(text: object) -> str:
    shown = ascii(text)
    return shown if len(shown) <= 100 else f"{shown[:100]}..."

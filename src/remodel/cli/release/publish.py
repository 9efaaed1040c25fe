"""`remodel release publish`: models that may move leave the house."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from remodel.checkout import Checkout
from remodel.cli.parsing import FILE, MODEL, About, Parser, completes, engine_option
from remodel.errors import UsageError

if TYPE_CHECKING:
    from remodel.release.contents.signing import Signer

ABOUT = About(
    "gate, assemble, describe, attest, sign and publish models",
    "Publishes models that may move to a folder in OCI image layout or to a registry: the files, what they were built\n"
    "from, a bill of materials and a signature. Safe to run again; a published version is never changed.",
    "remodel release publish --version 1.4.0 --to ../releases --key key.pem",
)


def add(command: Parser) -> None:
    """The arguments."""
    completes(command.add_argument("model", nargs="*", help="none: every model in release/"), MODEL)
    command.add_argument("--version", required=True, help="such as 1.4.0; a published version is never changed")
    command.add_argument("--to", required=True, metavar="DESTINATION", help="a folder, or oci://HOST/REPOSITORY")
    key = command.add_argument("--key", help="private key (PEM, elliptic curve); its password: REMODEL_KEY_PASSWORD")
    completes(key, FILE)
    command.add_argument("--keyless", action="store_true", help="sign with Sigstore instead of a key")
    command.add_argument("--with-image", action="store_true", help="put the environment's image there, too (podman)")
    command.add_argument("--plain-http", action="store_true", help="speak to the registry without TLS")
    engine_option(command)


def run(checkout: Checkout, arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.release.command import ReleaseRequest
    from remodel.release.command import release as run
    from remodel.release.contents.identity import read_version
    from remodel.release.oci.reference import destination

    version, signer = read_version(arguments.version), _signer(arguments)
    store = destination(arguments.to, arguments.plain_http)
    run(checkout, ReleaseRequest(version, arguments.model, store, signer, arguments.engine, arguments.with_image))


def _signer(arguments: argparse.Namespace) -> Signer:
    from remodel.release.contents.signing import KeylessSigner, KeySigner

    if bool(arguments.key) == arguments.keyless:
        raise UsageError(
            "release publish needs --key or --keyless, and not both", "docs/releasing.md tells how to make a key"
        )
    if arguments.keyless:
        return KeylessSigner()
    signer = KeySigner(Path(arguments.key))
    signer.check()
    return signer

"""`remodel release verify`: check a release with nothing but a key. It needs no checkout."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from remodel.checkout import find_checkout
from remodel.cli.parsing import FILE, FOLDER, About, Parser, completes, engine_option
from remodel.errors import UsageError

if TYPE_CHECKING:
    from remodel.release.contents.signing import Verifier

ABOUT = About(
    "check a release with nothing but a key and its reference",
    "Fetches a release and checks signature, digests, bill of materials and provenance; then each model answers its\n"
    "example in a locked container. --rebuild builds it again from the commit that it names, and compares the bytes.",
    "remodel release verify ../releases:1.4.0 --key key.pub",
)


def add(command: Parser) -> None:
    """The arguments."""
    reference = command.add_argument("reference", help="FOLDER[:VERSION], or oci://HOST/REPOSITORY:VERSION")
    completes(reference, FOLDER)
    command.add_argument("model", nargs="*", help="none: every model of the release")
    completes(command.add_argument("--key", help="the publisher's public key (PEM)"), FILE)
    command.add_argument("--identity", help="who signed without a key: a workflow's or a person's identity")
    command.add_argument("--issuer", help="who vouches for the identity; none: GitHub's workflows")
    command.add_argument("--at-least", metavar="VERSION", help="refuse an older release, such as one that was put back")
    command.add_argument("--plain-http", action="store_true", help="speak to the registry without TLS")
    command.add_argument("--rebuild", action="store_true", help="build the models again from the commit; compare bytes")
    source = command.add_argument(
        "--source", help="a clone that has the commit, for --rebuild; none: that around this folder"
    )
    completes(source, FOLDER)
    engine_option(command)


def run_anywhere(arguments: argparse.Namespace) -> None:
    """Do it."""
    from remodel.release.contents.identity import read_version
    from remodel.release.oci.reference import resolve
    from remodel.release.verify.command import VerificationRequest
    from remodel.release.verify.command import verify_release as run

    verifier = _verifier(arguments)
    at_least = read_version(arguments.at_least) if arguments.at_least is not None else None
    store, version = resolve(arguments.reference, arguments.plain_http)
    source = _source(arguments)
    run(VerificationRequest(store, version, verifier, arguments.model, arguments.engine, at_least, source))


def _source(arguments: argparse.Namespace) -> Path | None:
    """The clone to build from; None where nothing is to be built."""
    if arguments.source and not arguments.rebuild:
        raise UsageError("--source is for --rebuild", "Add: --rebuild")
    if not arguments.rebuild:
        return None
    return Path(arguments.source) if arguments.source else find_checkout().root


def _verifier(arguments: argparse.Namespace) -> Verifier:
    from remodel.release.contents.signing import ISSUER, KeylessVerifier, KeyVerifier

    if bool(arguments.key) == bool(arguments.identity):
        raise UsageError("release verify needs --key or --identity, and not both", "The publisher tells which")
    if arguments.identity:
        return KeylessVerifier(arguments.identity, arguments.issuer or ISSUER)
    verifier = KeyVerifier(Path(arguments.key))
    verifier.check()
    return verifier

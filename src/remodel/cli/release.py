"""The words of `remodel release` and `remodel verify-release`, and what they ask for. Light: every command reads it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from remodel.errors import UsageError
from remodel.workspace import Workspace, find_workspace

if TYPE_CHECKING:
    from remodel.release.signing import Signer, Verifier


def release(commands: Any) -> argparse.ArgumentParser:
    """The grammar of `remodel release`."""
    command: argparse.ArgumentParser = commands.add_parser(
        "release", help="gate, assemble, describe, attest, sign and publish models"
    )
    command.add_argument("model", nargs="*", help="none: every model in release/")
    command.add_argument("--version", required=True, help="such as 1.4.0; a published version is never changed")
    command.add_argument("--to", required=True, metavar="DESTINATION", help="a folder, or oci://HOST/REPOSITORY")
    command.add_argument("--key", help="private key (PEM, elliptic curve); its password: REMODEL_KEY_PASSWORD")
    command.add_argument("--keyless", action="store_true", help="sign with Sigstore instead of a key")
    command.add_argument("--with-image", action="store_true", help="put the environment's image there, too (podman)")
    command.add_argument("--plain-http", action="store_true", help="speak to the registry without TLS")
    return command


def verify_release(commands: Any) -> argparse.ArgumentParser:
    """The grammar of `remodel verify-release`."""
    command: argparse.ArgumentParser = commands.add_parser(
        "verify-release", help="check a release with nothing but a key and its reference"
    )
    command.add_argument("reference", help="FOLDER[:VERSION], or oci://HOST/REPOSITORY:VERSION")
    command.add_argument("model", nargs="*", help="none: every model of the release")
    command.add_argument("--key", help="the publisher's public key (PEM)")
    command.add_argument("--identity", help="who signed without a key: a workflow's or a person's identity")
    command.add_argument("--issuer", help="who vouches for the identity; none: GitHub's workflows")
    command.add_argument("--plain-http", action="store_true", help="speak to the registry without TLS")
    command.add_argument("--rebuild", action="store_true", help="build the models again from the commit; compare bytes")
    command.add_argument("--source", help="a clone that has the commit, for --rebuild; none: that around this folder")
    return command


def run_release(workspace: Workspace, arguments: argparse.Namespace) -> None:
    """Run `remodel release`."""
    from remodel.release.command import Options
    from remodel.release.command import release as run
    from remodel.release.identity import read_version
    from remodel.release.reference import destination

    version, signer = read_version(arguments.version), _signer(arguments)
    store = destination(arguments.to, arguments.plain_http)
    run(workspace, Options(version, arguments.model, store, signer, arguments.engine, arguments.with_image))


def run_verify_release(arguments: argparse.Namespace) -> None:
    """Run `remodel verify-release`."""
    from remodel.release.reference import resolve
    from remodel.release.verify_command import Options
    from remodel.release.verify_command import verify_release as run

    verifier = _verifier(arguments)
    store, version = resolve(arguments.reference, arguments.plain_http)
    source = _source(arguments)
    run(Options(store, version, verifier, arguments.model, arguments.engine, source))


def _source(arguments: argparse.Namespace) -> Path | None:
    """The clone to build from; None where nothing is to be built."""
    if arguments.source and not arguments.rebuild:
        raise UsageError("--source is for --rebuild", "Add: --rebuild")
    if not arguments.rebuild:
        return None
    return Path(arguments.source) if arguments.source else find_workspace().root


def _signer(arguments: argparse.Namespace) -> Signer:
    from remodel.release.signing import KeylessSigner, KeySigner

    if bool(arguments.key) == arguments.keyless:
        raise UsageError("release needs --key or --keyless, and not both", "docs/releasing.md tells how to make a key")
    if arguments.keyless:
        return KeylessSigner()
    signer = KeySigner(Path(arguments.key))
    signer.check()
    return signer


def _verifier(arguments: argparse.Namespace) -> Verifier:
    from remodel.release.signing import ISSUER, KeylessVerifier, KeyVerifier

    if bool(arguments.key) == bool(arguments.identity):
        raise UsageError("verify-release needs --key or --identity, and not both", "The publisher tells which")
    if arguments.identity:
        return KeylessVerifier(arguments.identity, arguments.issuer or ISSUER)
    verifier = KeyVerifier(Path(arguments.key))
    verifier.check()
    return verifier

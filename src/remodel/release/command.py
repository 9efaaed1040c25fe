"""`remodel release publish`: gate, assemble, describe, attest, sign, publish. Safe to run again at any time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from remodel.audit.decisions import Decision, read_decisions
from remodel.audit.gate import read_comparison
from remodel.audit.rulings import Ruling, rulings
from remodel.builds.job import scratch_folder
from remodel.checkout import Checkout
from remodel.engines import choose_engine
from remodel.environments.environment import find_environment
from remodel.errors import GateClosed, StorageError, UnknownName, UsageError
from remodel.pipeline import dvc as pipeline
from remodel.recipes.params import read_params
from remodel.release.contents.assemble import Assembly
from remodel.release.contents.identity import Identity
from remodel.release.contents.signing import NAME, Signer
from remodel.release.contents.source import clean_commit
from remodel.release.oci.bundle import bundle
from remodel.release.oci.image import with_image
from remodel.release.oci.publish import publish
from remodel.release.oci.store import Store
from remodel.results.comparison import Comparison
from remodel.results.documents import read_document

Say = Callable[[str], None]


@dataclass(frozen=True)
class ReleaseRequest:
    """What is released, and where to."""

    version: str
    models: Sequence[str]
    store: Store
    signer: Signer
    engine: str | None = None
    image: bool = False
    """Whether the image of the environment goes with the models."""


def release(checkout: Checkout, request: ReleaseRequest, say: Say = print) -> None:
    """Release models. Raises the error of the first thing that is not as it has to be; nothing is published then."""
    say("gate")
    # Asked at once: a destination that is away or wants a password is known before the work is done.
    request.store.pointer(request.version)
    identity = identify(checkout, request.version, request.models)
    comparison = read_comparison(checkout)
    ruled = open_gate(comparison, read_decisions(checkout.root), identity.models, say)
    environment = find_environment(checkout, identity.environment)
    engine = choose_engine(request.engine)
    engine.prepare(environment, lambda line: print(line, file=sys.stderr))
    with scratch_folder(checkout) as scratch:
        say(f"assemble, describe, attest: {', '.join(identity.models)}, of {identity.commit[:12]}")
        assembly = Assembly(identity, checkout, environment, comparison, ruled)
        assembly.assemble(engine, scratch / "models")
        say("sign")
        sign_all(request.signer, identity, scratch / "models", scratch / "signatures")
        say(f"publish to {request.store.name}")
        bundled = bundle(identity, scratch / "models", scratch / "signatures", scratch)
        if request.image:
            bundled = with_image(bundled, engine, environment, identity.version, scratch / "image")
        new = publish(bundled, request.store, say)
    state = "is published" if new else "was there already, with the same content"
    say(f"{request.version} {state}: {bundled.root.descriptor.digest}")


def identify(checkout: Checkout, version: str, models: Sequence[str]) -> Identity:
    """The release that the checkout as it stands can be. Raises UsageError and StorageError where it can be none."""
    commit = clean_commit(checkout.root)
    require_current(checkout)
    params = read_params(checkout)
    index = read_document(checkout.release / "index.json", "release")
    there, left_out = index["models"], index.get("left_out", {})
    for name in models:
        if name in left_out:
            raise UsageError(f"{name} cannot be released: {left_out[name]}", "Leave it out, or mend it")
        if name not in there:
            raise UnknownName("model", name, there, "release/")
    return Identity(version, commit, params.release_environment, tuple(sorted(set(models) or set(there))))


def open_gate(comparison: Comparison, decisions: Sequence[Decision], models: Sequence[str], say: Say) -> list[Ruling]:
    """The gate's ruling on each model that is to be released; GateClosed unless all may move."""
    ruled = [ruling for ruling in rulings(comparison, decisions) if ruling.model in models]
    for ruling in ruled:
        say(f"  {ruling}")
    if stopped := [ruling.model for ruling in ruled if not ruling.passes]:
        raise GateClosed(
            f"{', '.join(stopped)} may not move to {comparison.release_environment}",
            "`remodel gate` tells why; leave them out of the release, mend them, or accept the change",
        )
    return ruled


def require_current(checkout: Checkout) -> None:
    """StorageError where a stage of the pipeline is not up to date, or a file is not the one that dvc.lock names."""
    stale = pipeline.out_of_date(checkout)
    if stale:
        name, reasons = next(iter(stale.items()))
        more = f", and {len(stale) - 1} more stages" if stale.keys() - {name} else ""
        raise StorageError(f"stage {name} is not up to date: {reasons}{more}", "Run `dvc repro`, and commit dvc.lock")


def sign_all(signer: Signer, identity: Identity, models: Path, signatures: Path) -> None:
    """Write the signature of every model's folder to a folder of its own."""
    for name in identity.models:
        (signatures / name).mkdir(parents=True)
        signer.sign(models / name, signatures / name / NAME)

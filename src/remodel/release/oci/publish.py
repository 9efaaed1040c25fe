"""Puts a bundle where it is asked for: bytes first, tags last, and never over a release of other content."""

from __future__ import annotations

from collections.abc import Callable

from remodel.errors import PublishError, VerificationError
from remodel.release.artifacts.manifests import REVISION, OciManifest
from remodel.release.artifacts.reader import read_release
from remodel.release.oci.store import Bundle, Store

Say = Callable[[str], None]


def publish(bundle: Bundle, store: Store, say: Say) -> bool:
    """Whether anything had to be put. Raises PublishError where the version is there with other content."""
    if not _missing(bundle, store):
        return False
    say(f"{store.put_blobs(bundle.blobs)} of {len(bundle.blobs)} blobs had to be sent")
    store.put_manifests(bundle.manifests)
    with store.alone(say):
        # Looked at again: somebody may have been faster, with the same version or with others.
        missing = _missing(bundle, store)
        store.put_tags(missing)
    return bool(missing)


def _missing(bundle: Bundle, store: Store) -> list[tuple[str, OciManifest]]:
    """The tags that are to be put; PublishError where the version points at something else."""
    version = bundle.tags[-1][0]
    existing = store.pointer(version)
    if existing is not None and existing["digest"] != bundle.root.descriptor.digest:
        raise _other_content(bundle, store, version, existing["digest"])
    # A run that was killed between two tags leaves the last ones to do; those that are there stay as they are.
    return [(tag, manifest) for tag, manifest in bundle.tags if existing is None or store.pointer(tag) is None]


def _other_content(bundle: Bundle, store: Store, version: str, digest: str) -> PublishError:
    what = f"the index of {version}"
    here = _summary(bundle.root.content, what)
    try:
        there = _summary(store.read(digest, what), what)
    except VerificationError:
        there = here  # no release at all: its digest has to do
    differing = [f"{key} {there[key]} (now {here[key]})" for key in here if there[key] != here[key]]
    return PublishError(
        f"{store.name} has {version} with other content: {'; '.join(differing) or digest}",
        "A version is never changed: release this under a new one",
    )


def _summary(content: bytes, what: str) -> dict[str, str]:
    """What tells two indexes of one version apart, for people."""
    index = read_release(content, what)
    return {"commit": index.annotations.get(REVISION, "none")[:12], "models": ", ".join(sorted(index.models))}

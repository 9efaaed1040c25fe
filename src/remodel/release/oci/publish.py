"""Puts a bundle where it is asked for: bytes first, tags last, and never over a release of other content."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from remodel.errors import PublishError
from remodel.release.contents.documents import parse
from remodel.release.oci.manifests import REVISION, TITLE
from remodel.release.oci.store import Bundle, Store

Say = Callable[[str], None]


def publish(bundle: Bundle, store: Store, say: Say) -> bool:
    """Whether anything had to be put. Raises PublishError where the version is there with other content."""
    version = bundle.tags[-1][0]
    existing = store.pointer(version)
    if existing is not None and existing["digest"] != bundle.root.descriptor.digest:
        raise _other_content(bundle, store, version, existing["digest"])
    # A run that was killed between two tags leaves the last ones to do; those that are there stay as they are.
    missing = [(tag, manifest) for tag, manifest in bundle.tags if existing is None or store.pointer(tag) is None]
    if not missing:
        return False
    say(f"{store.put_blobs(bundle.blobs)} of {len(bundle.blobs)} blobs had to be sent")
    store.put_manifests(bundle.manifests)
    store.put_tags(missing)
    return True


def _other_content(bundle: Bundle, store: Store, version: str, digest: str) -> PublishError:
    content = store.read(digest, f"the index of {version}")
    there, here = (_summary(parse(index, "an index")) for index in (content, bundle.root.content))
    differing = [f"{key} {there[key]} (now {here[key]})" for key in here if there[key] != here[key]]
    return PublishError(
        f"{store.name} has {version} with other content: {'; '.join(differing) or digest}",
        "A version is never changed: release this under a new one",
    )


def _summary(index: Any) -> dict[str, str]:
    """What tells two indexes of one version apart, for people."""
    names = [entry.get("annotations", {}).get(TITLE, "?") for entry in index.get("manifests", [])]
    return {"commit": str(index.get("annotations", {}).get(REVISION, "none"))[:12], "models": ", ".join(names)}

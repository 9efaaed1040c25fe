"""What a destination is: it keeps blobs and manifests by digest, and tags that point at manifests."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remodel.errors import VerificationError
from remodel.release.oci.manifests import Descriptor, OciManifest

CHUNK = 1 << 20


@dataclass(frozen=True)
class Bundle:
    """All that one release puts into a store."""

    blobs: Mapping[str, Path]
    """The file of each blob, by digest."""
    manifests: tuple[OciManifest, ...]
    """Children before the indexes that name them."""
    tags: tuple[tuple[str, OciManifest], ...]
    """In the order in which they appear; the release's own is the last."""

    @property
    def root(self) -> OciManifest:
        """What the release's own tag points at."""
        return self.tags[-1][1]


class Store(ABC):
    """A folder in OCI image layout, or a repository of a registry."""

    name: str

    complete_pointers: bool = False
    """Whether `pointer` has every word that was put there; a registry keeps the digest of a tag only."""

    @abstractmethod
    def pointer(self, tag: str) -> Mapping[str, Any] | None:
        """What stands at a tag: mediaType, digest, size, and in a folder all of the entry; None where nothing does."""

    @abstractmethod
    def chunks(self, digest: str, manifest: bool, what: str) -> Iterable[bytes]:
        """The bytes at a digest. Raises VerificationError, which says `what` is missing, where there are none."""

    @abstractmethod
    def place(self, digest: str) -> str:
        """Where a user finds a blob, for messages."""

    @abstractmethod
    def put_blobs(self, blobs: Mapping[str, Path]) -> int:
        """Put the blobs that are not there, and return how many those were."""

    @abstractmethod
    def put_manifests(self, manifests: Sequence[OciManifest]) -> None:
        """Put manifests, by digest."""

    @abstractmethod
    def put_tags(self, tags: Sequence[tuple[str, OciManifest]]) -> None:
        """Make manifests visible, in this order or at once."""

    def check(self) -> None:  # noqa: B027, because a registry has nothing to check
        """VerificationError where the store itself is not what its format says."""

    def tags(self) -> list[str]:
        """Tags, for advice; those of a registry are not listed."""
        return []

    def read(self, digest: str, what: str, manifest: bool = True) -> bytes:
        """The manifest or blob at a digest; VerificationError where it is missing or other bytes are there."""
        content = b"".join(self.chunks(digest, manifest, what))
        self._compare(hashlib.sha256(content).hexdigest(), digest, what)
        return content

    def fetch(self, descriptor: Descriptor, target: Path, what: str) -> None:
        """Write a blob to `target`; VerificationError where it is missing or other bytes are there."""
        hasher = hashlib.sha256()
        with target.open("wb") as stream:
            for chunk in self.chunks(descriptor.digest, False, what):
                hasher.update(chunk)
                stream.write(chunk)
        self._compare(hasher.hexdigest(), descriptor.digest, what)

    def _compare(self, sha256: str, digest: str, what: str) -> None:
        if f"sha256:{sha256}" != digest:
            raise VerificationError(f"{what} ({self.place(digest)}) was changed: it has the digest sha256:{sha256}")

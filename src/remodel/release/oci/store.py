"""What a destination is: it keeps blobs and manifests by digest, and tags that point at manifests."""

from __future__ import annotations

import contextlib
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from remodel.errors import VerificationError
from remodel.release.artifacts import reader
from remodel.release.artifacts.manifests import Descriptor, OciManifest


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
    def chunks(self, digest: str, manifest: bool, what: str, largest: int) -> Iterable[bytes]:
        """The bytes at a digest: all, or more than `largest`. Raises VerificationError, which says `what` is missing,
        where there are none."""

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

    def alone(self, say: Callable[[str], None] = lambda line: None) -> AbstractContextManager[None]:
        """Nobody else changes tags meanwhile; `say` is told where that has to be waited for. A registry has no such."""
        return contextlib.nullcontext()

    def check(self) -> None:  # noqa: B027, because a registry has nothing to check
        """VerificationError where the store itself is not what its format says."""

    def tags(self) -> list[str]:
        """Tags, for advice; those of a registry are not listed."""
        return []

    def read(self, digest: str, what: str, manifest: bool = True) -> bytes:
        """The manifest, or a blob as small as one, at a digest; VerificationError where it is missing, larger, or other
        bytes are there."""
        content = bytearray()
        for chunk in self.chunks(digest, manifest, what, reader.LARGEST):
            content += chunk
            if len(content) > reader.LARGEST:
                raise VerificationError(
                    f"{what} ({self.place(digest)}) has more than {reader.LARGEST:,} bytes: it is no manifest"
                )
        self._compare(sha256_of([content]), digest, what)
        return bytes(content)

    def fetch(self, descriptor: Descriptor, target: Path, what: str) -> None:
        """Write a blob to `target`; VerificationError where it is missing, or has other bytes or more than said."""
        with target.open("wb") as stream:
            digest = sha256_of(self._written(descriptor, stream, what))
        self._compare(digest, descriptor.digest, what)
        if (size := target.stat().st_size) != descriptor.size:
            raise VerificationError(f"{what} has {size:,} bytes, what points at it says {descriptor.size:,}")

    def _written(self, descriptor: Descriptor, stream: BinaryIO, what: str) -> Iterable[bytes]:
        size = 0
        for chunk in self.chunks(descriptor.digest, False, what, descriptor.size):
            size += len(chunk)
            if size > descriptor.size:
                place = self.place(descriptor.digest)
                raise VerificationError(f"{what} ({place}) has more than the {descriptor.size:,} bytes that it should")
            stream.write(chunk)
            yield chunk

    def _compare(self, actual: str, expected: str, what: str) -> None:
        if actual != expected:
            raise VerificationError(f"{what} ({self.place(expected)}) was changed: it has the digest {actual}")


def sha256_of(chunks: Iterable[bytes | bytearray]) -> str:
    """The digest of bytes that come in pieces."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return f"sha256:{digest.hexdigest()}"

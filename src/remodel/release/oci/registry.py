"""A repository of an OCI registry as a store. https://github.com/opencontainers/distribution-spec, version 1.1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from remodel.errors import PublishError, VerificationError
from remodel.lines import one_line
from remodel.release.artifacts import manifests as oci
from remodel.release.artifacts import reader
from remodel.release.artifacts.manifests import OciManifest
from remodel.release.artifacts.names import require_digest
from remodel.release.oci.attempts import persistently
from remodel.release.oci.http import BLOB_SECONDS, Connection, joined
from remodel.release.oci.store import Store
from remodel.release.oci.wire import Answer

ACCEPT = {"Accept": f"{oci.INDEX}, {oci.MANIFEST}"}

DIGEST = "Docker-Content-Digest"

RUNS = "Ask who runs the registry"


class Registry(Store):
    """One repository. Every request is repeated where the registry is busy, and every upload from its beginning."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.name = f"oci://{connection.host}/{connection.repository}"

    def pointer(self, tag: str) -> Mapping[str, Any] | None:
        response = self._get(f"manifests/{tag}", ACCEPT)
        if response is None:
            return None
        content = response.content
        if len(content) > reader.LARGEST:
            raise VerificationError(f"{self.name} has more than {reader.LARGEST:,} bytes at {tag}: it is no manifest")
        # A registry's own word for the digest is not believed.
        return oci.blob(content, response.headers.get("Content-Type", "").partition(";")[0]).document()

    def chunks(self, digest: str, manifest: bool, what: str, largest: int) -> Iterator[bytes]:
        place = self.place(require_digest(digest, what), manifest)
        response = self._get(place, ACCEPT if manifest else {}, largest, None if manifest else BLOB_SECONDS)
        if response is None:
            raise VerificationError(f"{what} is missing: {self.name} has no {place}")
        yield from response.chunks()

    def place(self, digest: str, manifest: bool = False) -> str:
        return f"{'manifests' if manifest else 'blobs'}/{digest}"

    def put_blobs(self, blobs: Mapping[str, Path]) -> int:
        missing = {digest: path for digest, path in blobs.items() if not self._has_blob(digest)}
        for digest, path in missing.items():
            persistently(lambda digest=digest, path=path: self._upload(digest, path))  # type: ignore[misc]
        return len(missing)

    def put_manifests(self, manifests: Sequence[OciManifest]) -> None:
        for manifest in manifests:
            self._put_manifest(manifest.descriptor.digest, manifest)

    def put_tags(self, tags: Sequence[tuple[str, OciManifest]]) -> None:
        for tag, manifest in tags:
            self._put_manifest(tag, manifest)

    def _get(
        self, path: str, headers: Mapping[str, str], largest: int = reader.LARGEST, seconds: float | None = None
    ) -> Answer | None:
        """A whole answer of at most one byte more than `largest`; None where there is nothing."""

        def get() -> Answer:
            return self.connection.send("GET", path, (200, 404), headers, largest=largest, seconds=seconds)

        response = persistently(get)
        return response if response.status == 200 else None

    def _has_blob(self, digest: str) -> bool:
        response = persistently(lambda: self.connection.send("HEAD", f"blobs/{digest}", (200, 404)))
        return response.status == 200

    def _upload(self, digest: str, path: Path) -> None:
        """One blob, from its beginning: what an upload that broke off has left is the registry's to remove."""
        started = self.connection.send("POST", "blobs/uploads/", (202,), data=b"")
        if "Location" not in started.headers:
            raise PublishError(f"{self.connection.host} takes no uploads: it names no place for them", RUNS)
        place = joined(started.url, started.headers["Location"])
        mark = "&" if "?" in place else "?"
        headers = {"Content-Type": "application/octet-stream"}
        url = f"{place}{mark}digest={digest}"
        self.connection.send("PUT", url, (201,), headers, path, seconds=BLOB_SECONDS)

    def _put_manifest(self, reference: str, manifest: OciManifest) -> None:
        headers = {"Content-Type": manifest.descriptor.media_type}

        def put() -> Answer:
            return self.connection.send("PUT", f"manifests/{reference}", (201,), headers, manifest.content)

        stored = persistently(put).headers.get(DIGEST, manifest.descriptor.digest)
        if stored != manifest.descriptor.digest:
            message = f"{self.connection.host} stored {one_line(stored, 100)} instead of {manifest.descriptor.digest}"
            raise PublishError(message, RUNS)

"""A repository of an OCI registry as a store. https://github.com/opencontainers/distribution-spec, version 1.1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests

from remodel.errors import PublishError, VerificationError
from remodel.release.oci import manifests as oci
from remodel.release.oci.attempts import persistently
from remodel.release.oci.http import Connection
from remodel.release.oci.manifests import OciManifest
from remodel.release.oci.store import Store

ACCEPT = {"Accept": f"{oci.INDEX}, {oci.MANIFEST}"}

DIGEST = "Docker-Content-Digest"


class Registry(Store):
    """One repository. Every request is repeated where the registry is busy, and every upload from its beginning."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.name = f"oci://{connection.host}/{connection.repository}"

    def pointer(self, tag: str) -> Mapping[str, Any] | None:
        response = self._get(f"manifests/{tag}", ACCEPT)
        if response is None:
            return None
        # A registry's own word for the digest is not believed.
        return oci.blob(response.content, response.headers.get("Content-Type", "").partition(";")[0]).document()

    def chunks(self, digest: str, manifest: bool, what: str) -> Iterator[bytes]:
        response = self._get(self.place(digest, manifest), ACCEPT if manifest else {})
        if response is None:
            raise VerificationError(f"{what} is missing: {self.name} has no {self.place(digest, manifest)}")
        yield response.content

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

    def _get(self, path: str, headers: Mapping[str, str]) -> requests.Response | None:
        """A whole answer; None where there is nothing."""
        response = persistently(lambda: self.connection.send("GET", path, (200, 404), headers))
        return response if response.status_code == 200 else None

    def _has_blob(self, digest: str) -> bool:
        response = persistently(lambda: self.connection.send("HEAD", f"blobs/{digest}", (200, 404)))
        return response.status_code == 200

    def _upload(self, digest: str, path: Path) -> None:
        """One blob, from its beginning: what an upload that broke off has left is the registry's to remove."""
        started = self.connection.send("POST", "blobs/uploads/", (202,), data=b"")
        if "Location" not in started.headers:
            raise PublishError(f"{self.connection.host} takes no uploads: it names no place for them")
        place = urljoin(started.url, started.headers["Location"])
        mark = "&" if "?" in place else "?"
        headers = {"Content-Type": "application/octet-stream"}
        self.connection.send("PUT", f"{place}{mark}digest={digest}", (201,), headers, path)

    def _put_manifest(self, reference: str, manifest: OciManifest) -> None:
        headers = {"Content-Type": manifest.descriptor.media_type}

        def put() -> requests.Response:
            return self.connection.send("PUT", f"manifests/{reference}", (201,), headers, manifest.content)

        stored = persistently(put).headers.get(DIGEST, manifest.descriptor.digest)
        if stored != manifest.descriptor.digest:
            raise PublishError(f"{self.connection.host} stored {stored} instead of {manifest.descriptor.digest}")

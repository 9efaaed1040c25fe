"""A folder in OCI image layout: oci-layout, blobs/sha256/, and index.json, which is written last and makes all visible.

https://github.com/opencontainers/image-spec/blob/main/image-layout.md
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from remodel.errors import UsageError, VerificationError
from remodel.files import UNFINISHED, canonical_json, remove_abandoned, storage_errors, write_bytes
from remodel.release.contents.documents import parse
from remodel.release.oci.manifests import INDEX, OciManifest
from remodel.release.oci.store import CHUNK, Store

REF = "org.opencontainers.image.ref.name"
MARK, ENTRIES = "oci-layout", "index.json"
VERSION = {"imageLayoutVersion": "1.0.0"}


class Layout(Store):
    """One folder; nothing in it but a release's own files is ever removed or replaced."""

    complete_pointers = True

    def __init__(self, root: Path) -> None:
        self.root = root
        self.name = str(root)

    def require_free(self) -> None:
        """UsageError where the folder holds something that is no layout: it is not ours to add to."""
        with storage_errors(self.root, "read"):
            taken = self.root.exists() and not self.root.is_dir()
            if taken or (self.root.is_dir() and any(self.root.iterdir()) and not (self.root / MARK).is_file()):
                raise UsageError(
                    f"{self.root} is no release: it has no file {MARK}", "Name a folder that is new, empty, or has one"
                )

    def pointer(self, tag: str) -> Mapping[str, Any] | None:
        entries = [entry for entry in self._entries() if _tag(entry) == tag]
        return entries[-1] if entries else None

    def chunks(self, digest: str, manifest: bool, what: str) -> Iterator[bytes]:
        path = self._path(digest)
        if not path.is_file():
            raise VerificationError(f"{what} is missing: there is no {self.place(digest)}")
        with storage_errors(path, "read"), path.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                yield chunk

    def place(self, digest: str) -> str:
        return f"blobs/sha256/{digest.removeprefix('sha256:')}"

    def put_blobs(self, blobs: Mapping[str, Path]) -> int:
        missing = {digest: path for digest, path in blobs.items() if not self._path(digest).is_file()}
        with self._staging() as staging:
            for digest, path in missing.items():
                # Copied beside its place first: a name of a blob promises all of its bytes.
                copy = staging / digest
                shutil.copyfile(path, copy)
                copy.chmod(0o644)
                copy.replace(self._path(digest))
        return len(missing)

    def put_manifests(self, manifests: Sequence[OciManifest]) -> None:
        for manifest in manifests:
            write_bytes(self._path(manifest.descriptor.digest), manifest.content)

    def put_tags(self, tags: Sequence[tuple[str, OciManifest]]) -> None:
        new = {tag for tag, _ in tags}
        entries = [entry for entry in self._entries() if _tag(entry) not in new]
        entries += [{**manifest.descriptor.document(), "annotations": {REF: tag}} for tag, manifest in tags]
        write_bytes(self.root / ENTRIES, _to_bytes(entries))

    def check(self) -> None:
        """VerificationError where oci-layout or index.json is not written as remodel writes it."""
        for name in (MARK, ENTRIES):
            if not (self.root / name).is_file():
                raise VerificationError(f"{self.root} is no release: it has no file {name}")
        if (self.root / MARK).read_bytes() != canonical_json(VERSION):
            raise VerificationError(f"{MARK} is not that of an image layout of version 1.0.0")
        if (self.root / ENTRIES).read_bytes() != _to_bytes(list(self._entries())):
            raise VerificationError(f"{ENTRIES} is not written as remodel writes it")

    def tags(self) -> list[str]:
        return sorted(_tag(entry) for entry in self._entries())

    def _entries(self) -> Iterable[Mapping[str, Any]]:
        path = self.root / ENTRIES
        if not path.is_file():
            return []
        with storage_errors(path, "read"):
            document = parse(path.read_bytes(), ENTRIES)
        entries = document.get("manifests") if isinstance(document, dict) else None
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise VerificationError(f"{ENTRIES} is not the index of an image layout")
        return entries

    def _path(self, digest: str) -> Path:
        return self.root / "blobs" / "sha256" / digest.removeprefix("sha256:")

    @contextlib.contextmanager
    def _staging(self) -> Iterator[Path]:
        with storage_errors(self.root, "write"):
            (self.root / "blobs" / "sha256").mkdir(parents=True, exist_ok=True)
            # First of all: by it the next run knows that what a killed one has left here is its own.
            write_bytes(self.root / MARK, canonical_json(VERSION))
            remove_abandoned(self.root, UNFINISHED)
            folder = Path(tempfile.mkdtemp(dir=self.root, prefix=f"{UNFINISHED}{os.getpid()}-"))
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)


def _tag(entry: Mapping[str, Any]) -> str:
    annotations = entry.get("annotations")
    return str(annotations.get(REF, "")) if isinstance(annotations, dict) else ""


def _to_bytes(entries: Sequence[Mapping[str, Any]]) -> bytes:
    """index.json: sorted by tag, so that the order in which releases came does not show."""
    document = {"schemaVersion": 2, "mediaType": INDEX, "manifests": sorted(entries, key=_tag)}
    return canonical_json(document)

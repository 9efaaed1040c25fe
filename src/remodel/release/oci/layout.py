"""A folder in OCI image layout: oci-layout, blobs/sha256/, and index.json, which is written last and makes all visible.

https://github.com/opencontainers/image-spec/blob/main/image-layout.md

Who publishes holds the folder while index.json is read, changed and written: docs/decisions/0022. Who reads needs no
lock: every file is there whole or not at all. What was written by others is read by `artifacts.reader` alone.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from contract import bounded
from remodel.errors import UsageError, VerificationError
from remodel.files import UNFINISHED, canonical_json, remove_abandoned, storage_errors
from remodel.release.artifacts import reader
from remodel.release.artifacts.manifests import Descriptor, OciManifest, layout_index
from remodel.release.artifacts.names import require_digest
from remodel.release.oci import folder
from remodel.release.oci.store import Store, sha256_of

MARK, ENTRIES = "oci-layout", "index.json"
VERSION = {"imageLayoutVersion": "1.0.0"}

LOCK = "index.json.lock"
"""Empty. It stays: a name that was removed could be held twice."""

POLL_SECONDS = 0.05
"""How often one who waits looks whether the folder is free."""


class Layout(Store):
    """One folder; nothing in it but a release's own files is ever removed or replaced."""

    complete_pointers = True

    def __init__(self, root: Path) -> None:
        self.root = root
        self.name = str(root)
        # Where flock(2) is missing, the file alone would be the lock, and would stay after a kill.
        self._lock = FileLock(root / LOCK, fallback_to_soft=False)
        self._last: tuple[bytes, Mapping[str, Descriptor]] | None = None

    def require_free(self) -> None:
        """UsageError where the folder holds something that is no layout: it is not ours to add to."""
        with storage_errors(self.root, "read"):
            taken = self.root.exists() and not self.root.is_dir()
            if taken or (self.root.is_dir() and any(map(_is_foreign, self.root.iterdir())) and not self._is_marked()):
                raise UsageError(
                    f"{self.root} is no release: it has no file {MARK}", "Name a folder that is new, empty, or has one"
                )

    def pointer(self, tag: str) -> Mapping[str, Any] | None:
        descriptor = self._entries().get(tag)
        return descriptor.document() if descriptor is not None else None

    def chunks(self, digest: str, manifest: bool, what: str, largest: int = 0) -> Iterator[bytes]:
        return folder.chunks(self.root, self.place(require_digest(digest, what)), what)

    def place(self, digest: str) -> str:
        return f"blobs/sha256/{digest.removeprefix('sha256:')}"

    def put_blobs(self, blobs: Mapping[str, Path]) -> int:
        with self._staging() as staging:
            missing = {digest: path for digest, path in blobs.items() if not self._has(digest)}
            for digest, path in missing.items():
                # Copied beside its place first: a name of a blob promises all of its bytes.
                shutil.copyfile(path, staging / "blob")
                self._finish(staging / "blob", self.place(digest))
        return len(missing)

    def put_manifests(self, manifests: Sequence[OciManifest]) -> None:
        with self._staging() as staging:
            for manifest in manifests:
                (staging / "manifest").write_bytes(manifest.content)
                self._finish(staging / "manifest", self.place(manifest.descriptor.digest))

    def put_tags(self, tags: Sequence[tuple[str, OciManifest]]) -> None:
        with self.alone(), self._staging() as staging:
            entries = {**self._entries(), **{tag: manifest.descriptor for tag, manifest in tags}}
            (staging / ENTRIES).write_bytes(layout_index(entries))
            self._finish(staging / ENTRIES, ENTRIES)

    @contextlib.contextmanager
    def alone(self, say: Callable[[str], None] = lambda line: None) -> Iterator[None]:
        """Hold the folder, which is made where there is none. The system lets go of it when the process ends."""
        with storage_errors(self.root, "write"):
            self.root.mkdir(parents=True, exist_ok=True)
            try:
                held = self._lock.acquire(blocking=False)
            except Timeout:
                say(f"waiting: another release goes into {self.name}")
                held = self._lock.acquire(poll_interval=POLL_SECONDS)
        with held:
            yield

    def check(self) -> None:
        """VerificationError where oci-layout or index.json is not written as remodel writes it."""
        for name in (MARK, ENTRIES):
            if not folder.is_there(self.root, name):
                raise VerificationError(f"{self.root} is no release: it has no file {name}")
        mark = folder.read(self.root, MARK, MARK, reader.LARGEST)
        reader.read_mark(mark, MARK)
        if mark != canonical_json(VERSION):
            raise VerificationError(f"{MARK} is not written as remodel writes it")
        if self._index() != layout_index(self._entries()):
            raise VerificationError(f"{ENTRIES} is not written as remodel writes it")

    def tags(self) -> list[str]:
        return sorted(self._entries())

    def _entries(self) -> Mapping[str, Descriptor]:
        """What each tag points at. Read again each time, and checked again where it is another."""
        if not folder.is_there(self.root, ENTRIES):
            return {}
        content = self._index()
        if self._last is None or content != self._last[0]:
            self._last = content, reader.read_entries(content, ENTRIES)
        return self._last[1]

    def _index(self) -> bytes:
        return folder.read(self.root, ENTRIES, ENTRIES, bounded.LARGEST)

    def _has(self, digest: str) -> bool:
        """Whether a blob is there, with its bytes: one that was cut off or changed is put anew."""
        try:
            return sha256_of(self.chunks(digest, False, "a blob")) == digest
        except VerificationError:
            return False

    def _is_marked(self) -> bool:
        return folder.is_there(self.root, MARK)

    def _finish(self, unfinished: Path, name: str) -> None:
        """Give a file its name, once it is on the disk."""
        unfinished.chmod(0o644)
        with unfinished.open("rb") as stream:
            os.fsync(stream.fileno())
        unfinished.replace(self.root / name)

    @contextlib.contextmanager
    def _staging(self) -> Iterator[Path]:
        with storage_errors(self.root, "write"):
            self._prepare()
            staging = Path(tempfile.mkdtemp(dir=self.root, prefix=f"{UNFINISHED}{os.getpid()}-"))
            try:
                yield staging
            finally:
                shutil.rmtree(staging, ignore_errors=True)

    def _prepare(self) -> None:
        """The folder as it has to be before anything is put there, and without what killed runs have left."""
        with self.alone():
            remove_abandoned(self.root, UNFINISHED)
            if not self._is_marked():
                staging = Path(tempfile.mkdtemp(dir=self.root, prefix=f"{UNFINISHED}{os.getpid()}-"))
                (staging / MARK).write_bytes(canonical_json(VERSION))
                self._finish(staging / MARK, MARK)
                staging.rmdir()
            # Not through a link: a folder that others may write to could lead elsewhere.
            for name in ("blobs", "blobs/sha256"):
                with contextlib.suppress(FileExistsError):
                    (self.root / name).mkdir()
                if (self.root / name).is_symlink():
                    raise VerificationError(f"{self.root} cannot be added to: a link stands in place of {name}/")


def _is_foreign(path: Path) -> bool:
    """Whether something in a folder without a mark is not what a run has left that was killed before it wrote one."""
    return path.name != LOCK and not path.name.startswith(UNFINISHED)

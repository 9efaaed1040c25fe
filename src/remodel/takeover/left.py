"""A folder that a container left, held by its descriptor: files are read out of it, links are never followed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from remodel.errors import BuildError
from remodel.files import storage_errors
from remodel.lines import one_line

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
"""O_NONBLOCK: a FIFO is opened at once, and refused, instead of waited for."""

CHUNK = 1 << 20

ADVICE = "Nothing of it was kept. Look at what its recipe runs, and at its log in .remodel/logs"

KINDS: dict[Callable[[int], bool], str] = {
    stat.S_ISLNK: "a link",
    stat.S_ISDIR: "a folder",
    stat.S_ISFIFO: "a FIFO",
    stat.S_ISSOCK: "a socket",
    stat.S_ISBLK: "a device",
    stat.S_ISCHR: "a device",
}


@dataclass(frozen=True)
class Taken:
    """A file that was copied: its hex sha256 and its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Left:
    """An open folder. `job` is whose output it is, `place` how the folder is called there ("" for the whole)."""

    job: str
    handle: int
    place: str = ""

    def refused(self, what: str) -> BuildError:
        """The error of an output that is not what it has to be. It says nothing of the model: it is never recorded."""
        return BuildError(one_line(f"{self.job} {what}"), ADVICE)

    def called(self, name: str) -> str:
        """How a file of this folder is called in an error."""
        shown = ascii(name)[1:-1]
        return self.place + (shown if len(shown) <= 100 else f"{shown[:100]}...")

    def alone(self) -> Left:
        """This folder as the whole output: its files are called by their names."""
        return replace(self, place="")

    def only(self, names: Collection[str]) -> None:
        """BuildError for the first entry that is none of these."""
        with storage_errors(Path(self.place or "the output"), "read"), os.scandir(self.handle) as entries:
            for entry in entries:
                if entry.name not in names:
                    raise self.refused(f"left {self._kind(entry.name)} {self.called(entry.name)}, which it should not")

    def has(self, name: str) -> bool:
        """Whether anything has that name."""
        with contextlib.suppress(OSError):
            os.stat(name, dir_fd=self.handle, follow_symlinks=False)
            return True
        return False

    @contextlib.contextmanager
    def inside(self, name: str) -> Iterator[Left]:
        """A folder in this one; BuildError where it is anything else."""
        try:
            handle = os.open(name, FOLDER, dir_fd=self.handle)
        except OSError as error:
            raise self._unusable(name, "a folder", error) from error
        try:
            yield Left(self.job, handle, f"{self.called(name)}/")
        finally:
            os.close(handle)

    def read(self, name: str, limit: int) -> bytes:
        """The content of a file of at most `limit` bytes."""
        content = bytearray()
        for chunk in self._chunks(name, limit):
            content += chunk
        return bytes(content)

    def copy(self, name: str, target: Path, limit: int) -> Taken:
        """Copy a file of at most `limit` bytes to `target`, where nothing is."""
        digest, size = hashlib.sha256(), 0
        with new_file(target) as write:
            for chunk in self._chunks(name, limit):
                digest.update(chunk)
                size += len(chunk)
                write(chunk)
        return Taken(digest.hexdigest(), size)

    def start(self, name: str, limit: int) -> Iterator[bytes]:
        """The first `limit` bytes of a file, or some more, in pieces."""
        return self._chunks(name, limit, whole=False)

    def _chunks(self, name: str, limit: int, whole: bool = True) -> Iterator[bytes]:
        handle = self._opened(name)
        try:
            self._check(name, os.fstat(handle), limit if whole else None)
            size = 0
            while (whole or size < limit) and (chunk := os.read(handle, CHUNK)):
                size += len(chunk)
                if whole and size > limit:
                    raise self._too_large(name, limit)
                yield chunk
        except OSError as error:
            raise self._unusable(name, "a file", error) from error
        finally:
            os.close(handle)

    def _opened(self, name: str) -> int:
        try:
            # Before it is opened, which means something to a device.
            self._check(name, os.stat(name, dir_fd=self.handle, follow_symlinks=False), None)
            return os.open(name, FILE, dir_fd=self.handle)
        except OSError as error:
            raise self._unusable(name, "a file", error) from error

    def _check(self, name: str, found: os.stat_result, limit: int | None) -> None:
        if not stat.S_ISREG(found.st_mode):
            raise self.refused(f"left {kind_of(found.st_mode)} in place of the file {self.called(name)}")
        if found.st_nlink != 1:
            raise self.refused(f"left {self.called(name)} under {found.st_nlink} names")
        if limit is not None and found.st_size > limit:
            raise self._too_large(name, limit)

    def _too_large(self, name: str, limit: int) -> BuildError:
        return self.refused(f"left more than {limit:,} bytes in {self.called(name)}")

    def _unusable(self, name: str, wanted: str, error: OSError) -> BuildError:
        if isinstance(error, FileNotFoundError):
            return self.refused(f"did not leave {self.called(name)}")
        kind = self._kind(name)
        if kind != wanted:
            return self.refused(f"left {kind} in place of {wanted} {self.called(name)}")
        return self.refused(f"left {self.called(name)}, which cannot be read: {error.strerror}")

    def _kind(self, name: str) -> str:
        try:
            return kind_of(os.stat(name, dir_fd=self.handle, follow_symlinks=False).st_mode)
        except OSError:
            return "something"


def kind_of(mode: int) -> str:
    """What has this mode, in words: "a link", "a FIFO"."""
    return next((kind for test, kind in KINDS.items() if test(mode)), "a file")


@contextlib.contextmanager
def opened(job: str, folder: Path) -> Iterator[Left]:
    """The output folder of a job; BuildError where something else has its name."""
    with storage_errors(folder.parent, "read"):
        parent = os.open(folder.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with Left(job, parent).inside(folder.name) as left:
            yield Left(job, left.handle)
    finally:
        os.close(parent)


@contextlib.contextmanager
def new_file(path: Path) -> Iterator[Callable[[bytes], object]]:
    """Write a file that is not there; StorageError where it cannot be written. `take_over` sees it on the disk."""
    with storage_errors(path, "write"):
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = path.open("xb", buffering=0)

    def write(content: bytes) -> None:
        with storage_errors(path, "write"):
            stream.write(content)

    with stream:
        yield write

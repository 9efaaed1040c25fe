"""What DVC takes for granted is looked at: an object of its cache is what its name says, and a file that has not
changed is the same.

DVC trusts an object that is read-only, and a file with the same number, size and time of its content's last change. All
of these can be set or kept by who damages a file; the time of the inode's last change cannot. So a file is read again
where that has moved since it was read, or where nobody has read it yet.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from stat import S_ISDIR
from typing import Any

from remodel.files import storage_errors, write_json

VERSION = 1
"""Another one is not read."""

Look = list[int]
"""Number, size, and both times of the last change (content, inode; nanoseconds) of a file."""

SUFFIX = ".dir"
"""What DVC appends to the digest of a listing of a folder."""


class Inspection:
    """What of a checkout was read, and how it looked then. Kept in a file; without it all is read once more."""

    def __init__(self, path: Path, state: Any, fs: Any, say: Callable[[str], None]) -> None:
        """`state` is DVC's memory of digests, `fs` the file system that it is about."""
        self._path, self._state, self._fs, self._say = path, state, fs, say
        self._before = _read(path)
        self._now: dict[str, Look] = {}

    def files(self, paths: Iterable[str]) -> None:
        """Have DVC know the digest of every file below these as it is."""
        new = [(path, look) for path, look in _below(paths) if not self._is_known(path, look)]
        for path, look in new:
            _, remembered = self._state.get(path, self._fs)
            if remembered is not None and remembered.name == "md5" and not remembered.isdir:
                self._correct(path, remembered)
            self._now[path] = look

    def objects(self, cache: Any, digests: Iterable[str], always: bool = False) -> list[str]:
        """Remove what is damaged of these objects, and say so; the digests of those. `always`: read all of them."""
        return [digest for digest in digests if not self._is_whole(cache.oid_to_path(digest), digest, always)]

    def looks(self, paths: Iterable[str]) -> dict[str, Look]:
        """How every file below these looks now: for `trust`, where what is done meanwhile reads them."""
        return dict(_below(paths))

    def trust(self, looks: dict[str, Look]) -> None:
        """These were just read, or written, as they looked."""
        self._now.update(looks)

    def save(self) -> None:
        """Keep what is known of the files of this run."""
        write_json(self._path, {"version": VERSION, "files": self._now})

    def _is_known(self, path: str, look: Look) -> bool:
        known = look in (self._now.get(path), self._before.get(path))
        if known:
            self._now[path] = look
        return known

    def _correct(self, path: str, remembered: Any) -> None:
        """Tell DVC the digest of a file, where it remembers another one."""
        from dvc_data.hashfile.hash_info import HashInfo

        if (actual := _md5(path)) != remembered.value:
            self._state.save(path, self._fs, HashInfo("md5", actual))

    def _is_whole(self, path: str, digest: str, always: bool) -> bool:
        """Whether an object is what its name says, or is not there at all."""
        try:
            look = _look(os.stat(path))  # noqa: PTH116 (a Path for each of thousands of files takes as long as the rest)
        except OSError:
            return True
        if self._is_known(path, look) and not always:
            return True
        if _md5(path) != digest.removesuffix(SUFFIX):
            self._now.pop(path, None)
            with storage_errors(Path(path), "remove"):
                Path(path).unlink(missing_ok=True)
            self._say(f"removed {path}: it is damaged, and is built again where it is needed")
            return False
        self._now[path] = look
        return True


def _read(path: Path) -> dict[str, Look]:
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        document = json.loads(path.read_bytes())
        if document["version"] == VERSION:
            return dict(document["files"])
    return {}


def _below(paths: Iterable[str]) -> Iterator[tuple[str, Look]]:
    """Every file that is one of these or in one of these, with how it looks; bytecode left out, as DVC does."""
    for path in paths:
        try:
            status = os.stat(path)  # noqa: PTH116
        except OSError:
            continue
        if not S_ISDIR(status.st_mode):
            yield path, _look(status)
            continue
        with os.scandir(path) as entries:
            names = sorted(entry.path for entry in entries if entry.name != "__pycache__")
        yield from _below(names)


def _look(status: os.stat_result) -> Look:
    return [status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns]


def _md5(path: str) -> str:
    with storage_errors(Path(path), "read"), Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()

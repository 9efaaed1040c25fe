"""Whether anything was touched since all was up to date, seen from the file system alone: without DVC, in a blink.

A file with the same number, size and times of its last change (content, inode) is the same file. Builds link to the
files of a snapshot, which moves the time of their inodes: these are read where that has moved.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from stat import S_ISDIR

from remodel.checkout import Checkout
from remodel.errors import StorageError
from remodel.files import sha256_file, write_json
from remodel.rebuild.plan import Step
from remodel.rebuild.work import work_of

VERSION = 2
"""Another one is not read."""

SNAPSHOT = re.compile(r"[^/]+/(data\.parquet|schema\.json|folds/[^/]+)")
"""The files of snapshots below data/, where people keep files of their own, too."""

Linked = dict[str, tuple[int, str]]
"""By the path below data/, the time of the inode's last change (nanoseconds) and the sha256 of a file."""


@dataclass(frozen=True)
class Known:
    """A stage as it was when all was up to date."""

    name: str
    command: str
    plain: bool
    top: bool
    after: tuple[str, ...]

    def step(self) -> Step:
        """As a step of a plan."""
        return Step(self.name, work_of(self.command, self.plain), tuple(self.after))


def remember(checkout: Checkout, stages: Iterable[Known], paths: Iterable[str], cached: Iterable[str]) -> None:
    """All is up to date: keep what `paths` (with everything below them) and the cache's files look like."""
    watched = [*paths, *cached]
    document = {
        "version": VERSION,
        "stages": [asdict(stage) for stage in stages],
        "paths": watched,
        "seen": fingerprint(checkout, watched),
        "linked": _linked(checkout, {}),
    }
    write_json(_file(checkout), document)


def forget(checkout: Checkout) -> None:
    """Something is about to change."""
    _file(checkout).unlink(missing_ok=True)


def untouched(checkout: Checkout) -> list[Known] | None:
    """Every stage, where nothing was touched since all was up to date; else None."""
    with suppress(OSError, ValueError, KeyError, TypeError, StorageError):
        document = json.loads(_file(checkout).read_bytes())
        if document["version"] == VERSION and document["seen"] == fingerprint(checkout, document["paths"]):
            before = {path: (changed, digest) for path, (changed, digest) in document["linked"].items()}
            now = _linked(checkout, before)
            if _digests(now) == _digests(before):
                if now != before:
                    write_json(_file(checkout), {**document, "linked": now})
                return [Known(**stage) for stage in document["stages"]]
    return None


def fingerprint(checkout: Checkout, paths: Iterable[str]) -> str:
    """A digest of the name, number, size and times of the last change of every file below these paths."""
    digest, linked = hashlib.sha256(str(checkout.root).encode()), f"{checkout.data}/"
    for path in paths:
        for line in _looks(f"{checkout.root}/{path}" if path[:1] != "/" else path, linked):
            digest.update(line.encode(errors="surrogateescape"))
    return digest.hexdigest()


def _looks(path: str, linked: str) -> Iterator[str]:
    try:
        status = os.stat(path)  # noqa: PTH116 (a Path for each of thousands of files takes as long as the rest)
    except OSError:
        yield f"{path}\0absent\n"
        return
    if not S_ISDIR(status.st_mode):
        is_linked = path.startswith(linked) and SNAPSHOT.fullmatch(path, len(linked))
        changed = 0 if is_linked else status.st_ctime_ns
        yield f"{path}\0{status.st_ino}\0{status.st_size}\0{status.st_mtime_ns}\0{changed}\n"
        return
    yield f"{path}/\n"
    with os.scandir(path) as entries:
        names = sorted(entry.path for entry in entries if entry.name != "__pycache__")
    for name in names:
        yield from _looks(name, linked)


def _linked(checkout: Checkout, before: Linked) -> Linked:
    """The files of all snapshots. One whose inode looks as before has the digest that it had before."""
    now: Linked = {}
    for path in sorted(path for path in checkout.data.rglob("*") if path.is_file()):
        name, changed = path.relative_to(checkout.data).as_posix(), path.stat().st_ctime_ns
        if not SNAPSHOT.fullmatch(name):
            continue
        known, digest = before.get(name, (0, ""))
        now[name] = (changed, digest if known == changed else sha256_file(path))
    return now


def _digests(linked: Linked) -> dict[str, str]:
    return {name: digest for name, (_, digest) in linked.items()}


def _file(checkout: Checkout) -> Path:
    return checkout.state / "rebuild" / "settled.json"

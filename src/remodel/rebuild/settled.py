"""Whether anything was touched since all was up to date, seen from the file system alone: without DVC, in a blink.

As DVC's own state does, it takes a file with the same number, size and time of its last change for the same file.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from stat import S_ISDIR

from remodel.checkout import Checkout
from remodel.files import write_json
from remodel.rebuild.plan import Step
from remodel.rebuild.work import work_of

VERSION = 1
"""Another one is not read."""


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
        "seen": fingerprint(checkout.root, watched),
    }
    write_json(_file(checkout), document)


def forget(checkout: Checkout) -> None:
    """Something is about to change."""
    _file(checkout).unlink(missing_ok=True)


def untouched(checkout: Checkout) -> list[Known] | None:
    """Every stage, where nothing was touched since all was up to date; else None."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        document = json.loads(_file(checkout).read_bytes())
        if document["version"] == VERSION and document["seen"] == fingerprint(checkout.root, document["paths"]):
            return [Known(**stage) for stage in document["stages"]]
    return None


def fingerprint(root: Path, paths: Iterable[str]) -> str:
    """A digest of the name, number, size and time of the last change of every file below these paths."""
    digest = hashlib.sha256(str(root).encode())
    for path in paths:
        for line in _looks(f"{root}/{path}" if path[:1] != "/" else path):
            digest.update(line.encode(errors="surrogateescape"))
    return digest.hexdigest()


def _looks(path: str) -> Iterator[str]:
    try:
        status = os.stat(path)  # noqa: PTH116 (a Path for each of thousands of files takes as long as the rest)
    except OSError:
        yield f"{path}\0absent\n"
        return
    if not S_ISDIR(status.st_mode):
        yield f"{path}\0{status.st_ino}\0{status.st_size}\0{status.st_mtime_ns}\n"
        return
    yield f"{path}/\n"
    with os.scandir(path) as entries:
        names = sorted(entry.path for entry in entries if entry.name != "__pycache__")
    for name in names:
        yield from _looks(name)


def _file(checkout: Checkout) -> Path:
    return checkout.state / "rebuild" / "settled.json"

"""Many files, each read by a process of its own: whatever one of them does to its reader, the others are told."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import contract
from container import documents
from container.progress import Progress
from pickles.reading import inspect

MEMORY = 1 << 30
"""Bytes of one reader."""

SECONDS = 12.0
"""When a reader that does not see its own budget is ended."""

ENDINGS = (
    ".pkl",
    ".pickle",
    ".p",
    ".pck",
    ".joblib",
    ".jl",
    ".sav",
    ".model",
    ".z",
    ".gz",
    ".bz2",
    ".xz",
    ".lzma",
    ".lz4",
)

MOST = 100_000
"""Files that are looked at."""


def run(folder: Path, out: Path, progress: Progress) -> None:
    """Write out/inspection.json (contract kind "inspection") of every pickle below a folder."""
    paths = list(_pickles(folder))
    found: dict[str, dict[str, Any]] = {}
    for path, document in _read_all(paths):
        found[path.relative_to(folder).as_posix()] = document
        progress.report("load", len(found), len(paths))
    files = [{"file": name, **found[name]} for name in sorted(found)]
    document = {"schema_version": contract.version("inspection"), "files": files}
    out.joinpath("inspection.json").write_bytes(documents.to_bytes("inspection", document))


def _pickles(folder: Path) -> Iterator[Path]:
    count = 0
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            if path.is_file() and not path.is_symlink() and (name.lower().endswith(ENDINGS) or _looks_like(path)):
                count += 1
                if count > MOST:
                    return
                yield path


def _looks_like(path: Path) -> bool:
    """Whether a file without an ending that says so begins as pickles of protocol 2 and later do."""
    try:
        with path.open("rb") as stream:
            head = stream.read(2)
    except OSError:
        return False
    return len(head) == 2 and head[0] == 0x80 and 2 <= head[1] <= 5


def _read_all(paths: list[Path]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """In the order in which they are done; as many at a time as there are cores."""
    waiting, running = paths[::-1], list[_Reader]()
    while waiting or running:
        while waiting and len(running) < (os.cpu_count() or 1):
            running.append(_Reader(waiting.pop()))
        multiprocessing.connection.wait([one.pipe for one in running], timeout=0.2)
        for one in list(running):
            document = one.document()
            if document is not None:
                running.remove(one)
                yield one.path, document


class _Reader:
    """A process that reads one file."""

    def __init__(self, path: Path) -> None:
        self.path, self.started = path, time.monotonic()
        self.pipe, theirs = multiprocessing.Pipe(duplex=False)
        self.process = multiprocessing.get_context("fork").Process(target=_inspect, args=(path, theirs), daemon=True)
        self.process.start()
        theirs.close()

    def document(self) -> dict[str, Any] | None:
        """What it found out; None while it reads."""
        if self.pipe.poll():
            try:
                document: dict[str, Any] = json.loads(self.pipe.recv_bytes())
            except (EOFError, ValueError):
                document = self._lost(
                    "its reader ended without a word: it asked for more than 1 GiB of memory, or worse"
                )
            self._end()
            return document
        if time.monotonic() - self.started > SECONDS:
            self._end()
            return self._lost(f"it was not read in {SECONDS:g} seconds")
        return None

    def _lost(self, why: str) -> dict[str, Any]:
        return {"size": self.path.stat().st_size, "verdict": "unreadable", "why": why}

    def _end(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _inspect(path: Path, pipe: Any) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        document = inspect(path)
    except MemoryError:
        document = {
            "size": path.stat().st_size,
            "verdict": "unreadable",
            "why": "it asks for more than 1 GiB of memory",
        }
    except OSError as error:
        document = {"size": 0, "verdict": "unreadable", "why": f"it cannot be read: {error.strerror}"}
    pipe.send_bytes(json.dumps(document).encode())

"""Logs of jobs on this machine: each a new file of ours, bounded, without control characters."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from remodel.files import storage_errors
from remodel.lines import Lines, visible
from remodel.takeover.left import Left

LARGEST = 64 << 20
"""Bytes of a log; what comes after them is dropped."""

CUT = "[cut here: a log has at most 64 MiB]"

TAIL = 64 << 10
"""Bytes of the end of a log that are looked at for its last line."""


@contextlib.contextmanager
def new_log(path: Path) -> Iterator[Callable[[str], None]]:
    """Write a log line by line. Whatever had its name is replaced: a link is not followed."""
    with storage_errors(path, "write"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        stream = path.open("xb", buffering=0)
    room = LARGEST

    def write(line: str) -> None:
        nonlocal room
        if room < 0:
            return
        content = visible(line).encode() + b"\n"
        room -= len(content)
        with storage_errors(path, "write"):
            stream.write(content if room >= 0 else f"{CUT}\n".encode())

    with stream:
        yield write


def take_log(left: Left, name: str, target: Path) -> None:
    """Copy a log that a container wrote as a file; where it wrote none, an older one with its name goes.

    BuildError where something else than a file has its name.
    """
    with storage_errors(target, "write"):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
    if not left.has(name):
        return
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        new = Path(folder) / "log"
        with new_log(new) as write:
            lines = Lines()
            for chunk in left.start(name, LARGEST + 1):
                for line in lines.feed(chunk):
                    write(line)
            for line in lines.end():
                write(line)
        new.replace(target)


def last_line(log: Path) -> str:
    """The last line of a log that is not blank; "" where there is none."""
    try:
        with log.open("rb") as stream:
            stream.seek(max(0, log.stat().st_size - TAIL))
            lines = stream.read(TAIL).decode(errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")

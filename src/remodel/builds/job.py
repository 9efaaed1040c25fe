"""One job in one locked container: its scratch folder, its log, its progress events, and its error as ours.

What it leaves is taken over by `remodel.takeover`: the folder that the container saw is looked at by nobody else.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from contract import LAST_WORDS, USER_ERROR
from remodel.builds.call import OUT
from remodel.builds.memory import KIND, crashed_for_memory
from remodel.checkout import Checkout
from remodel.engines.engine import Engine, Job, Mount
from remodel.errors import BuildError, DataError, RemodelError, StorageError, UsageError, error_class
from remodel.files import alive, storage_errors
from remodel.lines import one_line
from remodel.takeover import documents
from remodel.takeover.events import read_event
from remodel.takeover.expected import ERROR, Expected
from remodel.takeover.left import Left, opened
from remodel.takeover.logs import new_log
from remodel.takeover.removal import remove_folder
from remodel.takeover.take import take_over

ERROR_KINDS: dict[str, type[RemodelError]] = {
    "data": DataError,
    "recipe": UsageError,
    "build": BuildError,
    "storage": StorageError,
    "machine": BuildError,
    KIND: BuildError,
}

HOST = "host"
"""The kind of an error of the host's own stages, which has an exit code of ours."""

Watch = Callable[[dict[str, Any]], None]
"""Receives each progress event of a job: {"event": "phase", "name": "fold", "done": 1, "total": 5}."""


def ignore(event: dict[str, Any]) -> None:
    """The Watch of a caller that shows nothing."""


@contextlib.contextmanager
def scratch_folder(checkout: Checkout) -> Iterator[Path]:
    """A folder for one job's inputs and outputs, gone afterwards; those of killed runs are removed first."""
    home = checkout.state / "scratch"
    with storage_errors(home, "write"):
        home.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(home)
        folder = Path(tempfile.mkdtemp(dir=home, prefix=f"{os.getpid()}-"))
    try:
        yield folder
    finally:
        remove_folder(folder)


def _remove_abandoned(home: Path) -> None:
    """Remove the folders whose process is gone, whatever its containers have left in them."""
    for path in home.glob("*-*"):
        if not alive(path.name.partition("-")[0]):
            remove_folder(path)


def run_job(
    checkout: Checkout, engine: Engine, job: Job, scratch: Path, expected: Expected, watch: Watch = ignore
) -> Path:
    """Run a job and return a folder inside `scratch` with what is `expected` of it, taken over from its /out.

    Everything that the container prints goes to `.remodel/logs/<name>.log`. Raises the error that the container
    described in error.json, or BuildError with its last line where it crashed, or left anything else than expected.
    """
    out = scratch / "out"
    log = checkout.state / "logs" / f"{job.name}.log"
    with storage_errors(out, "write"):
        out.mkdir(parents=True)
    whole = replace(job, mounts=(*job.mounts, Mount(out, OUT, writable=True)))
    last: list[str] = []
    with new_log(log) as write:
        code = engine.run(whole, lambda line: _take(line, write, watch, last))
    with opened(job.name, out) as left:
        if code != 0:
            raise job_error(code, left, out, last[0] if last else "", log, expected.host_errors)
        return take_over(left, scratch / "taken", expected)


def _take(line: str, write: Callable[[str], Any], watch: Watch, last: list[str]) -> None:
    if (event := read_event(line)) is not None:
        watch(event)
        return
    write(line)
    if line.strip():
        last[:] = [line.strip()]


def job_error(code: int, left: Left, mounted: Path, last: str, log: Path, host_errors: bool = False) -> RemodelError:
    """The error of a job that ended with an exit code: what it described itself, else its last line.

    `left` is its output, `mounted` what the container knows as /out.
    """
    if code == USER_ERROR and left.has(ERROR):
        content = documents.take(left, ERROR, "error")
        if content["kind"] == HOST and not host_errors:
            return left.refused("left an error.json of kind 'host', which only stages of the host write")
        error = _class_of(content)(_told(content["message"], mounted), one_line(content["advice"]))
        error.kind = content["kind"]
        return error
    if last.startswith(LAST_WORDS):
        return StorageError(_told(last.removeprefix(LAST_WORDS), mounted))
    line = one_line(last) or f"exit code {code}"
    crash = BuildError(f"the build ended with exit code {code}: {line}", f"Its whole output is in {log}")
    crash.kind = KIND if crashed_for_memory(code, last) else ""
    return crash


def _class_of(content: dict[str, Any]) -> type[RemodelError]:
    return ERROR_KINDS.get(content["kind"]) or error_class(content.get("exit_code", 0)) or RemodelError


def _told(message: str, mounted: Path) -> str:
    """One line; a job knows its output folder as /out, which means nothing outside."""
    return re.sub(r"(?<![\w/])/out(?=/)", lambda _: str(mounted), one_line(message))

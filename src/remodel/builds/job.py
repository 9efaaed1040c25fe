"""One job in one locked container: its scratch folder, its log, its progress events, and its error as ours."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from contract import LAST_WORDS, USER_ERROR
from remodel.builds.call import OUT
from remodel.builds.memory import KIND, crashed_for_memory
from remodel.checkout import Checkout
from remodel.engines.engine import Engine, Job, Mount
from remodel.errors import BuildError, DataError, RemodelError, StorageError, UsageError, error_class
from remodel.files import read_json, remove_abandoned, storage_errors

ERROR_KINDS: dict[str, type[RemodelError]] = {
    "data": DataError,
    "recipe": UsageError,
    "build": BuildError,
    "storage": StorageError,
    "machine": BuildError,
    KIND: BuildError,
}

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
        remove_abandoned(home)
        folder = Path(tempfile.mkdtemp(dir=home, prefix=f"{os.getpid()}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run_job(checkout: Checkout, engine: Engine, job: Job, scratch: Path, watch: Watch = ignore) -> Path:
    """Run a job and return its output folder, inside `scratch`; what the container knows as /out.

    Everything that the container prints goes to `.remodel/logs/<name>.log`. Raises the error that the container
    described in error.json, or BuildError with its last line where it crashed.
    """
    out = scratch / "out"
    log = checkout.state / "logs" / f"{job.name}.log"
    with storage_errors(log, "write"):
        out.mkdir(parents=True)
        log.parent.mkdir(parents=True, exist_ok=True)
        stream = log.open("wb", buffering=0)
    whole = replace(job, mounts=(*job.mounts, Mount(out, OUT, writable=True)))
    last: list[str] = []

    def write(line: str) -> None:
        with storage_errors(log, "write"):
            stream.write(line.encode())

    with stream:
        code = engine.run(whole, lambda line: _take(line, write, watch, last))
    if code != 0:
        raise job_error(code, (out, out), last, log)
    return out


def _take(line: str, write: Callable[[str], Any], watch: Watch, last: list[str]) -> None:
    if (event := progress_event(line)) is not None:
        watch(event)
        return
    write(line + "\n")
    if line.strip():
        last[:] = [line.strip()]


def progress_event(line: str) -> dict[str, Any] | None:
    """The event in a line of a job's output; None where it is any other line."""
    if line.startswith('{"event"'):
        with contextlib.suppress(ValueError):
            event: dict[str, Any] = json.loads(line)
            return event
    return None


def job_error(code: int, folders: tuple[Path, Path], last: Sequence[str], log: Path) -> RemodelError:
    """The error of a job that ended with an exit code: what it described itself, else its last line.

    `folders`: where its output is, and what the container knows as /out.
    """
    out, mounted = folders
    described = out / "error.json"
    if code == USER_ERROR and described.is_file():
        content = read_json(described)
        error = _class_of(content)(_on_host(content["message"], mounted), content["advice"])
        error.kind = content["kind"]
        return error
    line = last[0] if last else f"exit code {code}"
    if line.startswith(LAST_WORDS):
        return StorageError(_on_host(line.removeprefix(LAST_WORDS), mounted))
    crash = BuildError(f"the build ended with exit code {code}: {line}", f"Its whole output is in {log}")
    crash.kind = KIND if crashed_for_memory(code, "".join(last)) else ""
    return crash


def _class_of(content: dict[str, Any]) -> type[RemodelError]:
    return ERROR_KINDS.get(content["kind"]) or error_class(content.get("exit_code", 0)) or RemodelError


def _on_host(message: str, mounted: Path) -> str:
    """A job knows its output folder as /out, which means nothing outside."""
    return re.sub(r"(?<![\w/])/out(?=/)", str(mounted), message)

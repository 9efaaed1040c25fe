"""A warm environment: one container that imports once and builds every model it is asked for in a child of its own."""

from __future__ import annotations

import errno
import itertools
import json
import os
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from contract import UNWRITABLE
from remodel.builds.call import BENCH, OUT, call, make_job
from remodel.builds.job import Watch, ignore, job_error, progress_event, scratch_folder
from remodel.builds.memory import KIND, within
from remodel.builds.model import engine_facts, keep
from remodel.builds.provenance import describe
from remodel.builds.trust import trust_document
from remodel.checkout import Checkout
from remodel.engines.engine import Engine, Job, Mount
from remodel.environments.environment import Environment
from remodel.environments.lockfile import sha256_text
from remodel.errors import BuildError, EngineError, RemodelError, StorageError
from remodel.files import storage_errors, write_json
from remodel.recipes.resources import MemoryLimit
from remodel.results.recipe import Recipe
from remodel.results.target import Target

KILLED = (128 + 9, 128 + 15)
"""Exit codes of a child that was killed from outside, for want of memory as a rule."""


class WarmEnvironment:
    """A container that waits for requests; a context manager, whose end ends the container and what it builds.

    The threads of a build are set before its libraries are imported, so an environment is warm for one number of them.
    """

    def __init__(self, checkout: Checkout, engine: Engine, environment: Environment, threads: int = 1) -> None:
        self.environment, self.threads = environment, threads
        self._checkout, self._engine = checkout, engine
        self._about, self._trust = describe(checkout, environment), trust_document(checkout)
        self._facts = engine_facts(engine, environment)
        self._numbers = itertools.count(1)
        self._waiting: dict[str, tuple[Future[int], Watch]] = {}
        self._lock, self._leave = threading.Lock(), ExitStack()
        self._ended: Exception | None = None
        self._imported = threading.Event()

    def __enter__(self) -> WarmEnvironment:
        self._scratch = self._leave.enter_context(scratch_folder(self._checkout))
        self._new, self._in, self._out = (self._scratch / name for name in ("new", "requests", "out"))
        for folder in (self._new, self._in, self._out):
            folder.mkdir(mode=0o755)
        reads, self._writes = os.pipe()
        self._thread = threading.Thread(target=self._run, args=(reads,), name=f"warm {self.environment.name}")
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.release()
        self._thread.join()
        self._leave.close()

    @property
    def ended(self) -> bool:
        """Whether the container has ended, by itself or by somebody else's hand."""
        return self._ended is not None

    def wait(self) -> None:
        """Wait until everything is imported. Raises the error of a container that ended instead."""
        self._imported.wait()
        if self._ended is not None:
            raise self._ended

    def release(self) -> None:
        """Nothing more will be asked: the container ends at the end of its standard input, with what it builds."""
        with self._lock:
            writes, self._writes = self._writes, -1
        if writes >= 0:
            os.close(writes)

    def build(
        self,
        recipe: Recipe,
        snapshot: Path,
        destination: Path,
        watch: Watch = ignore,
        limit: MemoryLimit | None = None,
    ) -> None:
        """Build one model as `builds.build_model` does, with the same bytes; from any thread. Raises what it raises."""
        name = str(Target(recipe.model, self.environment.name))
        request = f"{next(self._numbers)}-{recipe.model}"
        try:
            self._write(request, recipe, snapshot, limit)
            code = self._ask(request, watch)
            self._engine.take_back(self._out / request)
            out = self._out / request / "result"
            log = self._keep_log(self._out / request / "log", name)
            with within(limit, recipe.model):
                if code != 0:
                    raise _error(code, name, (out, self._out), log)
            keep(self._checkout, self._facts, self.environment, name, out, destination)
        finally:
            for folder in (self._new, self._in, self._out):
                shutil.rmtree(folder / request, ignore_errors=True)

    def _write(self, request: str, recipe: Recipe, snapshot: Path, limit: MemoryLimit | None) -> None:
        """Write what a build reads, and show it to the container as a whole."""
        documents = {"recipe": recipe.document, "environment": self._about, "trust": self._trust}
        if limit is not None:
            documents["memory"] = {"bytes": limit.size}
        for name, document in documents.items():
            write_json(self._new / request / f"{name}.json", document)
        put_snapshot(snapshot, self._new / request / "snapshot")
        (self._new / request).rename(self._in / request)

    def _ask(self, request: str, watch: Watch) -> int:
        """Send a request and wait for its end: the exit code."""
        answer: Future[int] = Future()
        with self._lock:
            if self._ended is not None or self._writes < 0:
                raise self._ended or EngineError(f"{self.environment.name} is no longer warm")
            self._waiting[request] = (answer, watch)
            os.write(self._writes, f"{request}\n".encode())
        return answer.result()

    def _run(self, reads: int) -> None:
        """The container's life, in a thread of its own."""
        name = f"warm-{self.environment.name}"
        log = self._checkout.state / "logs" / f"{name}.log"
        container = f"{name}-{checkout_tag(self._checkout)}"
        last: list[str] = []
        try:
            with storage_errors(log, "write"):
                log.parent.mkdir(parents=True, exist_ok=True)
                stream = log.open("w")
            with stream:
                code = self._engine.run(self._job(container, reads), lambda line: self._take(line, stream.write, last))
            line = last[0] if last else f"exit code {code}"
            ended: Exception = BuildError(f"{name} ended: {line}", f"Its whole output is in {log}")
        except Exception as error:  # whoever waits for an answer has to get one
            ended = error
        finally:
            os.close(reads)
        with self._lock:
            self._ended = ended
            waiting, self._waiting = self._waiting, {}
        self._imported.set()
        for answer, _ in waiting.values():
            answer.set_exception(ended)

    def _job(self, name: str, reads: int) -> Job:
        called = call(BENCH, "warm", paths={"requests": self._in})
        job = make_job(self._checkout, self.environment, called, self._scratch, name, threads=self.threads)
        return replace(job, mounts=(*job.mounts, Mount(self._out, OUT, writable=True)), stdin=reads)

    def _take(self, line: str, write: Callable[[str], Any], last: list[str]) -> None:
        event = progress_event(line)
        if event is None:
            write(line + "\n")
            last[:] = [line.strip()] if line.strip() else last
            return
        request = event.get("request", "")
        if event["event"] == "warm":
            self._imported.set()
        if event["event"] == "ended":
            with self._lock:
                answer, _ = self._waiting.pop(request)
            answer.set_result(event["code"])
        elif request in self._waiting:
            self._waiting[request][1](event)

    def _keep_log(self, log: Path, name: str) -> Path:
        """The log of a build, where that of a build in a container of its own would be."""
        kept = self._checkout.state / "logs" / f"{name}.log"
        with suppress(FileNotFoundError), storage_errors(kept, "write"):
            log.replace(kept)
        return kept


def identity(checkout: Checkout, environment: Environment) -> str:
    """What decides whether a warm environment is the one that a build needs: lock, source, trusted types."""
    return sha256_text(json.dumps([describe(checkout, environment), trust_document(checkout)], sort_keys=True))


def checkout_tag(checkout: Checkout) -> str:
    """Eight digits that tell a checkout's warm containers from another's."""
    return sha256_text(str(checkout.root))[:8]


def put_snapshot(snapshot: Path, target: Path) -> None:
    """The files of a snapshot in another folder of the same file system, without a second copy of their content."""
    with storage_errors(target, "write"):
        for path in sorted(snapshot.rglob("*")):
            place = target / path.relative_to(snapshot)
            if path.is_dir():
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                place.hardlink_to(path.resolve())
            except OSError:
                shutil.copyfile(path, place)


def _error(code: int, name: str, folders: tuple[Path, Path], log: Path) -> RemodelError:
    """`folders`: the build's own output folder, and what the container knows as /out."""
    if code in KILLED:
        message = f"the process of {name} was killed by signal {code - 128}: out of memory, or by hand"
        return EngineError(message, "Free some memory if it was short. Run the same command again: the rest is kept")
    lines = log.read_text(errors="replace").splitlines() if log.is_file() else []
    printed = [line.strip() for line in lines if line.strip()]
    if code == UNWRITABLE + errno.ENOMEM:
        error = BuildError(f"there was not enough memory to build {name}", "Give the build more, or use less data")
        error.kind = KIND
        return error
    if code >= UNWRITABLE:
        message = f"the build of {name} could write neither its result nor its log: {os.strerror(code - UNWRITABLE)}"
        return StorageError(message, "Free some space or make it writable, and run the same command again")
    return job_error(code, folders, printed[-1:], log)

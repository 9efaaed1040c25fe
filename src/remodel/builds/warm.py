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

from contract import UNWRITABLE, USER_ERROR
from remodel.builds.call import BENCH, OUT, call, make_job
from remodel.builds.job import Watch, ignore, job_error, scratch_folder
from remodel.builds.memory import KIND, within
from remodel.builds.model import engine_facts, expected_of, keep
from remodel.builds.provenance import describe
from remodel.builds.trust import trust_document
from remodel.checkout import Checkout
from remodel.engines.engine import Engine, Job, Mount
from remodel.environments.environment import Environment
from remodel.environments.lockfile import sha256_text
from remodel.errors import BuildError, EngineError, RemodelError, StorageError
from remodel.files import storage_errors, write_json
from remodel.limits import SECONDS, WARM_SECONDS, too_long
from remodel.lines import one_line
from remodel.recipes.resources import MemoryLimit, declared_seconds
from remodel.results.recipe import Recipe
from remodel.results.target import Target
from remodel.takeover.events import read_event
from remodel.takeover.left import Left, opened
from remodel.takeover.logs import last_line, new_log, take_log
from remodel.takeover.removal import remove_folder
from remodel.takeover.take import take_over

KILL = "-"
"""What stands before the name of a request that is to be ended: no name begins so."""

GRACE_SECONDS = 20.0
"""How long a container may take to end a build."""

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
        names = ("new", "requests", "out", "taken")
        self._new, self._in, self._out, self._taken = (self._scratch / name for name in names)
        for folder in (self._new, self._in, self._out, self._taken):
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
            code = self._ask(request, watch, declared_seconds(self._checkout, recipe.model) or SECONDS)
            with opened(name, self._out) as everything, everything.inside(request) as left:
                self._take_over(left.alone(), self._taken / request, code, recipe, limit)
            keep(self._checkout, self._facts, self.environment, name, self._taken / request, destination)
        finally:
            for folder in (self._new, self._in, self._out, self._taken):
                remove_folder(folder / request)

    def _take_over(self, left: Left, taken: Path, code: int, recipe: Recipe, limit: MemoryLimit | None) -> None:
        """Take a build's log, and its result where it ended well; raises its error where it did not."""
        log = self._checkout.state / "logs" / f"{left.job}.log"
        take_log(left, "log", log)
        with within(limit, recipe.model):
            if code != 0:
                raise _error(code, left, self._out, log)
            with left.inside("result") as result:
                take_over(result.alone(), taken, expected_of(recipe, self.environment))

    def _write(self, request: str, recipe: Recipe, snapshot: Path, limit: MemoryLimit | None) -> None:
        """Write what a build reads, and show it to the container as a whole."""
        documents = {"recipe": recipe.document, "environment": self._about, "trust": self._trust}
        if limit is not None:
            documents["memory"] = {"bytes": limit.size}
        for name, document in documents.items():
            write_json(self._new / request / f"{name}.json", document)
        put_snapshot(snapshot, self._new / request / "snapshot")
        (self._new / request).rename(self._in / request)

    def _ask(self, request: str, watch: Watch, seconds: float) -> int:
        """Send a request and wait for its end: the exit code. BuildError where it took longer than it may."""
        answer: Future[int] = Future()
        with self._lock:
            if self._ended is not None or self._writes < 0:
                raise self._ended or EngineError(
                    f"{self.environment.name} is no longer warm", "Run the same command again"
                )
            self._waiting[request] = (answer, watch)
            os.write(self._writes, f"{request}\n".encode())
        try:
            return answer.result(seconds)
        except TimeoutError:
            self._give_up(request, answer)
            raise too_long(request.partition("-")[2], seconds) from None

    def _give_up(self, request: str, answer: Future[int]) -> None:
        """Have a build killed; the container ends where it does not even do that."""
        with suppress(OSError), self._lock:
            os.write(self._writes, f"{KILL}{request}\n".encode())
        try:
            answer.result(GRACE_SECONDS)
        except TimeoutError:
            self.release()
        except RemodelError:
            return  # the container has ended meanwhile

    def _run(self, reads: int) -> None:
        """The container's life, in a thread of its own."""
        name = f"warm-{self.environment.name}"
        log = self._checkout.state / "logs" / f"{name}.log"
        container = f"{name}-{checkout_tag(self._checkout)}"
        last: list[str] = []
        try:
            with new_log(log) as write:
                code = self._engine.run(self._job(container, reads), lambda line: self._take(line, write, last))
            ended: Exception = self._why(code, name, last[0] if last else "", log)
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

    def _why(self, code: int, name: str, last: str, log: Path) -> RemodelError:
        """Why the container has ended: its own description, where it left one, or its last line."""
        if code == USER_ERROR:
            with opened(name, self._out) as left:
                return job_error(code, left, self._out, last, log)
        return BuildError(f"{name} ended: {one_line(last) or f'exit code {code}'}", f"Its whole output is in {log}")

    def _job(self, name: str, reads: int) -> Job:
        called = call(BENCH, "warm", paths={"requests": self._in})
        job = make_job(self._checkout, self.environment, called, self._scratch, name, threads=self.threads)
        mounts = (*job.mounts, Mount(self._out, OUT, writable=True))
        return replace(job, mounts=mounts, stdin=reads, seconds=WARM_SECONDS)

    def _take(self, line: str, write: Callable[[str], Any], last: list[str]) -> None:
        event = read_event(line)
        if event is None or not self._heard(event, event.get("request", "")):
            write(line)
            last[:] = [line.strip()] if line.strip() else last

    def _heard(self, event: dict[str, Any], request: str) -> bool:
        """Take an event; whether it is of anything that is waited for."""
        if event["event"] == "warm":
            self._imported.set()
            return True
        with self._lock:
            waiting = self._waiting.pop(request, None) if event["event"] == "ended" else self._waiting.get(request)
        if waiting is None:
            return False
        answer, watch = waiting
        if event["event"] == "ended":
            answer.set_result(event["code"])
        else:
            watch(event)
        return True


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


def _error(code: int, left: Left, mounted: Path, log: Path) -> RemodelError:
    """The error of a build whose process ended with an exit code; `mounted` is what the container knows as /out."""
    name = left.job
    if code in KILLED:
        message = f"the process of {name} was killed by signal {code - 128}: out of memory, or by hand"
        return EngineError(message, "Free some memory if it was short. Run the same command again: the rest is kept")
    if code == UNWRITABLE + errno.ENOMEM:
        error = BuildError(f"there was not enough memory to build {name}", "Give the build more, or use less data")
        error.kind = KIND
        return error
    if code >= UNWRITABLE:
        reason = os.strerror(code - UNWRITABLE)
        message = f"the build of {name} could write neither its result nor its log: {reason}"
        return StorageError(message, "Free some space or make it writable, and run the same command again")
    with left.inside("result") as result:
        return job_error(code, result.alone(), mounted, last_line(log), log)

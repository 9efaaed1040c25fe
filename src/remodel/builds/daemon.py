"""A development session's warm environments: a process in the background holds them, builds what `python -m train` asks
for, and ends by itself when nobody has asked for a while.

Messages are JSON over `multiprocessing.connection`: nothing that comes in is ever unpickled. Who asks has to know the
key in a file that only its owner may read.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener, answer_challenge, deliver_challenge
from pathlib import Path
from typing import Any

from remodel import process
from remodel.builds.job import Watch
from remodel.builds.pool import Pool
from remodel.builds.warm import identity
from remodel.checkout import Checkout, find_checkout
from remodel.engines import choose_engine
from remodel.environments.environment import Environment, find_environment
from remodel.errors import EngineError, RemodelError, error_class
from remodel.files import storage_errors
from remodel.recipes.resources import MemoryLimit
from remodel.results.recipe import Recipe

START_SECONDS = 120.0
"""How long an environment may take to become warm."""

LONGEST = 1 << 24
"""Bytes of a message; a longer one ends the connection."""

UNHEARD = (OSError, EOFError, ValueError, AuthenticationError)
"""What a broken, foreign or ended conversation raises."""

FITS = "fits"
"""The answer to a request whose environment, lock, source and trusted types are those that are warm."""


def socket_of(checkout: Checkout, environment: str) -> Path:
    """Where a daemon listens, seen from the checkout: the whole path may be too long for a socket."""
    return (checkout.state / "warm" / f"{environment}.socket").relative_to(checkout.root)


def start(checkout: Checkout, name: str, minutes: float, engine: str | None) -> str:
    """Make an environment warm in the background, unless it is; one line on it. Raises EngineError where it fails."""
    environment = find_environment(checkout, name)
    chosen = choose_engine(engine)
    chosen.prepare(environment, lambda line: print(line, file=sys.stderr))
    ends = f"it ends when nothing was asked for {minutes:g} minutes, or with: remodel environment warm --end {name}"
    os.chdir(checkout.root)
    if ask(checkout, environment, {"do": "look"}) is not None:
        return f"{name} is warm already; {ends}"
    log = checkout.state / "logs" / f"daemon-{name}.log"
    command = [sys.executable, "-m", "remodel.builds.daemon", name, str(minutes), chosen.name]
    daemon = process.start_alone(command, cwd=checkout.root, log=log)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and daemon.poll() is None:
        if ask(checkout, environment, {"do": "look"}) is not None:
            return f"{name} is warm; {ends}"
        time.sleep(0.05)
    raise EngineError(f"{name} did not become warm", f"{log} says more")


def end(checkout: Checkout, name: str) -> str:
    """End a daemon; one line on it."""
    os.chdir(checkout.root)
    environment = find_environment(checkout, name)
    return f"{name} is no longer warm" if ask(checkout, environment, {"do": "end"}) else f"{name} is not warm"


def build(
    checkout: Checkout,
    environment: Environment,
    recipe: Recipe,
    folders: tuple[Path, Path],
    watch: Watch,
    limit: MemoryLimit | None = None,
) -> bool:
    """Have a daemon build a recipe on the snapshot folders[0] into folders[1]; False where none can. Raises as a build.

    The current folder has to be the checkout.
    """
    snapshot, destination = map(str, folders)
    request = {"do": "build", "recipe": recipe.document, "snapshot": snapshot, "destination": destination}
    answer = ask(checkout, environment, {**request, "limit": asdict(limit) if limit else None}, watch)
    if answer is None or answer["answer"] != "ended":
        return False
    if error := answer.get("error"):
        raised = (error_class(error["exit_code"]) or RemodelError)(error["message"], error["advice"])
        raised.kind = error["kind"]
        raise raised
    return True


def ask(
    checkout: Checkout, environment: Environment, request: dict[str, Any], watch: Watch | None = None
) -> dict[str, Any] | None:
    """The last message that a daemon answers; None where there is no daemon, or it keeps something else warm."""
    path = socket_of(checkout, environment.name)
    if not path.exists():
        return None
    about = {"identity": identity(checkout, environment), "engine": os.environ.get("REMODEL_ENGINE", "")}
    with contextlib.suppress(*UNHEARD), Client(str(path), authkey=_key_of(path).read_bytes()) as connection:
        _send(connection, {**request, **about})
        while True:
            answer = _receive(connection)
            if "answer" in answer:
                return answer if answer["answer"] != "other" else None
            if watch is not None:
                watch(answer)
    return None


class Daemon:
    """Answers while it is asked often enough."""

    def __init__(self, checkout: Checkout, pool: Pool, environment: Environment, seconds: float, key: bytes) -> None:
        self._pool, self._environment, self._seconds, self._key = pool, environment, seconds, key
        self._identity = identity(checkout, environment)
        self._asked, self._busy = time.monotonic(), 0
        self._lock, self._over, self._at_once = threading.Lock(), threading.Event(), threading.Event()

    def serve(self, listener: Listener) -> None:
        """Answer until nobody has asked for a while, or what is warm is no longer what the checkout wants."""
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        while not self._over.wait(min(1.0, self._seconds)):
            with self._lock:
                if not self._busy and time.monotonic() - self._asked > self._seconds:
                    return

    def finish(self) -> None:
        """Let what is being built come to its end, unless asked to end at once."""
        while self._busy and not self._at_once.wait(0.1):
            pass

    def _accept(self, listener: Listener) -> None:
        while True:
            try:
                connection = listener.accept()
            except OSError:
                return  # closed
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: Connection) -> None:
        """One request and its answer. Whoever does not know the key keeps nobody else waiting, and nothing warm."""
        with contextlib.suppress(*UNHEARD), connection:
            deliver_challenge(connection, self._key)
            answer_challenge(connection, self._key)
            with self._working():
                request = _receive(connection)
                _send(connection, self._answer(request, connection))

    @contextlib.contextmanager
    def _working(self) -> Iterator[None]:
        with self._lock:
            self._busy += 1
        try:
            yield
        finally:
            with self._lock:
                self._asked = time.monotonic()
                self._busy -= 1

    def _answer(self, request: dict[str, Any], connection: Connection) -> dict[str, Any]:
        if request["do"] == "end":
            self._at_once.set()
            self._over.set()
            return {"answer": "ending"}
        if request["identity"] != self._identity:
            self._over.set()  # nobody will ask for this any more
            return {"answer": "other"}
        if request["engine"] not in ("", "auto", self._pool.engine.name):
            return {"answer": "other"}
        if request["do"] == "build":
            return {"answer": "ended", "error": self._build(request, connection)}
        return {"answer": FITS}

    def _build(self, request: dict[str, Any], connection: Connection) -> dict[str, Any] | None:
        def watch(event: dict[str, Any]) -> None:
            with contextlib.suppress(OSError):  # whoever asked has gone; the build goes on
                _send(connection, event)

        limit = MemoryLimit(**request["limit"]) if request["limit"] else None
        folders = Path(request["snapshot"]), Path(request["destination"])
        try:
            self._pool.build(self._environment, Recipe(request["recipe"]), *folders, watch, limit)
        except RemodelError as error:
            facts = {"message": error.message, "advice": error.advice, "kind": error.kind}
            return {**facts, "exit_code": error.exit_code}
        return None


def _send(connection: Connection, message: dict[str, Any]) -> None:
    connection.send_bytes(json.dumps(message).encode())


def _receive(connection: Connection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(connection.recv_bytes(LONGEST))
    return message


def _key_of(socket: Path) -> Path:
    """The key beside a socket."""
    return socket.with_suffix(".key")


@contextlib.contextmanager
def _listening(path: Path) -> Iterator[tuple[Listener, bytes]]:
    """A listener, and the key that its askers need; both files are this user's alone."""
    with storage_errors(path, "write"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.parent.chmod(0o700)  # nobody else finds the socket before it has its own mode
        path.unlink(missing_ok=True)
        key = _new_key(_key_of(path))
        with Listener(str(path), family="AF_UNIX", backlog=128) as listener:
            path.chmod(0o600)
            try:
                yield listener, key
            finally:
                _key_of(path).unlink(missing_ok=True)


def _new_key(path: Path) -> bytes:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    key = secrets.token_bytes(32)
    path.write_bytes(key)
    return key


def main() -> int:
    """The process in the background: `python -m remodel.builds.daemon ENVIRONMENT MINUTES ENGINE`, in the checkout."""
    name, minutes, engine = sys.argv[1:]
    checkout = find_checkout()
    os.chdir(checkout.root)
    environment = find_environment(checkout, name)
    with Pool(checkout, choose_engine(engine)) as pool:
        pool.prewarm(environment).wait()
        with _listening(socket_of(checkout, name)) as (listener, key):
            daemon = Daemon(checkout, pool, environment, float(minutes) * 60, key)
            daemon.serve(listener)
        daemon.finish()
    return 0


if __name__ == "__main__":
    from remodel.exits import report_errors

    sys.exit(report_errors(main))

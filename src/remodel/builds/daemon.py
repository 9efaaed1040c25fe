"""A development session's warm environment: a process in the background holds it, builds what `python -m train` asks
for, and ends by itself when nobody has asked for a while."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from remodel import process
from remodel.builds.job import Watch
from remodel.builds.warm import WarmEnvironment, identity
from remodel.checkout import Checkout, find_checkout
from remodel.engines import choose_engine
from remodel.environments.environment import Environment, find_environment
from remodel.errors import EngineError, RemodelError, error_class
from remodel.files import storage_errors
from remodel.results.recipe import Recipe

START_SECONDS = 120.0
"""How long an environment may take to become warm."""

IDLE_MINUTES = 30.0

FITS = "fits"
"""The answer to a request whose environment, lock, source and trusted types are those that are warm."""


def socket_of(checkout: Checkout, environment: str) -> Path:
    """Where a keeper listens, seen from the checkout: the whole path may be too long for a socket."""
    return (checkout.state / "warm" / f"{environment}.socket").relative_to(checkout.root)


def start(checkout: Checkout, name: str, minutes: float, engine: str | None) -> str:
    """Make an environment warm in the background, unless it is; one line on it. Raises EngineError where it fails."""
    environment = find_environment(checkout, name)
    chosen = choose_engine(engine)
    chosen.prepare(environment, lambda line: print(line, file=sys.stderr))
    ends = f"it ends when nothing was asked for {minutes:g} minutes, or with: remodel warm --end {name}"
    os.chdir(checkout.root)
    if ask(checkout, environment, {"do": "look"}) is not None:
        return f"{name} is warm already; {ends}"
    log = checkout.state / "logs" / f"keeper-{name}.log"
    words = [sys.executable, "-m", "remodel.builds.daemon", name, str(minutes), chosen.name]
    keeper = process.start_alone(words, cwd=checkout.root, log=log)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and keeper.poll() is None:
        if ask(checkout, environment, {"do": "look"}) is not None:
            return f"{name} is warm; {ends}"
        time.sleep(0.05)
    raise EngineError(f"{name} did not become warm", f"{log} says more")


def end(checkout: Checkout, name: str) -> str:
    """End a keeper; one line on it."""
    os.chdir(checkout.root)
    environment = find_environment(checkout, name)
    return f"{name} is no longer warm" if ask(checkout, environment, {"do": "end"}) else f"{name} is not warm"


def build(
    checkout: Checkout, environment: Environment, recipe: Recipe, folders: tuple[Path, Path], watch: Watch
) -> bool:
    """Have a keeper build a recipe on the snapshot folders[0] into folders[1]; False where none can. Raises as a build.

    The current folder has to be the checkout.
    """
    snapshot, destination = map(str, folders)
    request = {"do": "build", "recipe": recipe.document, "snapshot": snapshot, "destination": destination}
    answer = ask(checkout, environment, request, watch)
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
    """The last line of what a keeper answers; None where there is no keeper, or it keeps something else warm."""
    path = socket_of(checkout, environment.name)
    if not path.exists():
        return None
    engine = os.environ.get("REMODEL_ENGINE", "")
    with contextlib.suppress(OSError, ValueError), socket.socket(socket.AF_UNIX) as asking:
        asking.connect(str(path))
        told = {**request, "identity": identity(checkout, environment), "engine": engine}
        asking.sendall(json.dumps(told).encode() + b"\n")
        with asking.makefile() as answers:
            for line in answers:
                answer: dict[str, Any] = json.loads(line)
                if "answer" in answer:
                    return answer if answer["answer"] != "other" else None
                if watch is not None:
                    watch(answer)
    return None


class Keeper:
    """Listens while it is asked often enough."""

    def __init__(self, checkout: Checkout, warm: WarmEnvironment, seconds: float, engine: str) -> None:
        self._checkout, self._warm, self._seconds, self._engine = checkout, warm, seconds, engine
        self._identity = identity(checkout, warm.environment)
        self._asked, self._busy = time.monotonic(), 0
        self._over = threading.Event()

    def listen(self, listening: socket.socket) -> None:
        """Answer until nobody has asked for a while, or what is warm is no longer what the checkout wants."""
        listening.settimeout(min(1.0, self._seconds))
        while not self._over.is_set():
            with contextlib.suppress(TimeoutError):
                asking, _ = listening.accept()
                threading.Thread(target=self._answer, args=(asking,), daemon=True).start()
            if not self._busy and time.monotonic() - self._asked > self._seconds:
                return

    def _answer(self, asking: socket.socket) -> None:
        self._busy += 1
        try:
            with asking, asking.makefile("rw") as stream, contextlib.suppress(OSError, ValueError):

                def tell(answer: dict[str, Any]) -> None:
                    stream.write(json.dumps(answer) + "\n")
                    stream.flush()

                tell(self._done(json.loads(stream.readline()), tell))
        finally:
            self._asked = time.monotonic()
            self._busy -= 1

    def _done(self, request: dict[str, Any], tell: Watch) -> dict[str, Any]:
        if request["do"] == "end":
            self._over.set()
            return {"answer": "ending"}
        if request["identity"] != self._identity:
            self._over.set()  # nobody will ask for this any more
            return {"answer": "other"}
        if request["engine"] not in ("", "auto", self._engine):
            return {"answer": "other"}
        if request["do"] == "build":
            if Recipe(request["recipe"]).threads != self._warm.threads:
                return {"answer": "other"}
            return {"answer": "ended", "error": self._build(request, tell)}
        return {"answer": FITS}

    def _build(self, request: dict[str, Any], tell: Watch) -> dict[str, Any] | None:
        def watch(event: dict[str, Any]) -> None:
            with contextlib.suppress(OSError):  # whoever asked has gone; the build goes on
                tell(event)

        try:
            self._warm.build(Recipe(request["recipe"]), Path(request["snapshot"]), Path(request["destination"]), watch)
        except RemodelError as error:
            facts = {"message": error.message, "advice": error.advice, "kind": error.kind}
            return {**facts, "exit_code": error.exit_code}
        return None


@contextlib.contextmanager
def _listening(path: Path) -> Iterator[socket.socket]:
    with storage_errors(path, "write"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(path))
            path.chmod(0o600)
            listening.listen()
            try:
                yield listening
            finally:
                path.unlink(missing_ok=True)


def main() -> int:
    """The process in the background: `python -m remodel.builds.daemon ENVIRONMENT MINUTES ENGINE`, in the checkout."""
    name, minutes, engine = sys.argv[1:]
    checkout = find_checkout()
    os.chdir(checkout.root)
    environment = find_environment(checkout, name)
    with WarmEnvironment(checkout, choose_engine(engine), environment) as warm:
        warm.wait()
        with _listening(socket_of(checkout, name)) as listening:
            Keeper(checkout, warm, float(minutes) * 60, engine).listen(listening)
    return 0


if __name__ == "__main__":
    from remodel.exits import report_errors

    sys.exit(report_errors(main))

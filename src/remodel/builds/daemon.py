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
from remodel.engines import choose_engine
from remodel.environments import Environment, find_environment
from remodel.errors import EngineError, RemodelError, error_class
from remodel.files import storage_errors
from remodel.jobs import Watch
from remodel.warm import WarmEnvironment, identity
from remodel.workspace import Workspace, find_workspace

START_SECONDS = 120.0
"""How long an environment may take to become warm."""

IDLE_MINUTES = 30.0

FITS = "fits"
"""The answer to a request whose environment, lock, source and trusted types are those that are warm."""


def socket_of(workspace: Workspace, environment: str) -> Path:
    """Where a keeper listens, seen from the checkout: the whole path may be too long for a socket."""
    return (workspace.state / "warm" / f"{environment}.socket").relative_to(workspace.root)


def start(workspace: Workspace, name: str, minutes: float, engine: str | None) -> str:
    """Make an environment warm in the background, unless it is; one line on it. Raises EngineError where it fails."""
    environment = find_environment(workspace, name)
    chosen = choose_engine(engine)
    chosen.prepare(environment, lambda line: print(line, file=sys.stderr))
    ends = f"it ends when nothing was asked for {minutes:g} minutes, or with: remodel warm --end {name}"
    os.chdir(workspace.root)
    if ask(workspace, environment, {"do": "look"}) is not None:
        return f"{name} is warm already; {ends}"
    log = workspace.state / "logs" / f"keeper-{name}.log"
    words = [sys.executable, "-m", "remodel.keeper", name, str(minutes), chosen.name]
    keeper = process.start_alone(words, cwd=workspace.root, log=log)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and keeper.poll() is None:
        if ask(workspace, environment, {"do": "look"}) is not None:
            return f"{name} is warm; {ends}"
        time.sleep(0.05)
    raise EngineError(f"{name} did not become warm", f"{log} says more")


def end(workspace: Workspace, name: str) -> str:
    """End a keeper; one line on it."""
    os.chdir(workspace.root)
    environment = find_environment(workspace, name)
    return f"{name} is no longer warm" if ask(workspace, environment, {"do": "end"}) else f"{name} is not warm"


def build(
    workspace: Workspace, environment: Environment, recipe: dict[str, Any], folders: tuple[Path, Path], watch: Watch
) -> bool:
    """Have a keeper build a recipe on the snapshot folders[0] into folders[1]; False where none can. Raises as a build.

    The current folder has to be the checkout.
    """
    snapshot, destination = map(str, folders)
    request = {"do": "build", "recipe": recipe, "snapshot": snapshot, "destination": destination}
    answer = ask(workspace, environment, request, watch)
    if answer is None or answer["answer"] != "ended":
        return False
    if error := answer.get("error"):
        raised = (error_class(error["exit_code"]) or RemodelError)(error["message"], error["advice"])
        raised.kind = error["kind"]
        raise raised
    return True


def ask(
    workspace: Workspace, environment: Environment, request: dict[str, Any], watch: Watch | None = None
) -> dict[str, Any] | None:
    """The last line of what a keeper answers; None where there is no keeper, or it keeps something else warm."""
    path = socket_of(workspace, environment.name)
    if not path.exists():
        return None
    engine = os.environ.get("REMODEL_ENGINE", "")
    with contextlib.suppress(OSError, ValueError), socket.socket(socket.AF_UNIX) as asking:
        asking.connect(str(path))
        told = {**request, "identity": identity(workspace, environment), "engine": engine}
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

    def __init__(self, workspace: Workspace, warm: WarmEnvironment, seconds: float, engine: str) -> None:
        self._workspace, self._warm, self._seconds, self._engine = workspace, warm, seconds, engine
        self._identity = identity(workspace, warm.environment)
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
            if request["recipe"]["threads"] != self._warm.threads:
                return {"answer": "other"}
            return {"answer": "ended", "error": self._build(request, tell)}
        return {"answer": FITS}

    def _build(self, request: dict[str, Any], tell: Watch) -> dict[str, Any] | None:
        def watch(event: dict[str, Any]) -> None:
            with contextlib.suppress(OSError):  # whoever asked has gone; the build goes on
                tell(event)

        try:
            self._warm.build(request["recipe"], Path(request["snapshot"]), Path(request["destination"]), watch)
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
    """The process in the background: `python -m remodel.keeper ENVIRONMENT MINUTES ENGINE`, in the checkout."""
    name, minutes, engine = sys.argv[1:]
    workspace = find_workspace()
    os.chdir(workspace.root)
    environment = find_environment(workspace, name)
    with WarmEnvironment(workspace, choose_engine(engine), environment) as warm:
        warm.wait()
        with _listening(socket_of(workspace, name)) as listening:
            Keeper(workspace, warm, float(minutes) * 60, engine).listen(listening)
    return 0


if __name__ == "__main__":
    from remodel.cli import report_errors

    sys.exit(report_errors(main))

"""A warm environment: what a build imports is imported once, and every model is built in a child process of its own.

A request is a line on standard input: the name of a folder with what a build reads. Events of the build and its end go
to standard output, one JSON line each, with the request's name. At the end of standard input everything ends.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import json
import multiprocessing
import os
import select
import shutil
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterable, Iterator
from multiprocessing import connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Optional

from bench import learning, limit
from builder import train
from container import cpu, guard
from container.progress import Progress
from contract import UNWRITABLE

CRASHED = 1
"""Exit code of a child that a defect ended: its traceback is in its log."""

INPUT = 0
"""The file descriptor of standard input."""

KILL = "-"
"""What stands before the name of a request that is to be ended."""

OURS = "sklearn."
"""How the names begin that are imported here: all children run on what this process has imported."""

LEARNED = "imported.json"
"""Where a child writes what it had to import."""


def serve(requests: Path, out: Path, progress: Progress) -> None:
    """Build `requests`/<name>/ into `out`/<name>/result/, its log beside it, for every name that is asked for.

    The number of threads is the environment's: a build that needs another one needs another process.
    """
    cpu.check()
    with _given_up_with_its_input():
        cpu.pin(int(os.environ["OMP_NUM_THREADS"]))
        from builder import make_model

        assert make_model  # imported for the children
    progress.tell({"event": "warm"})
    children: dict[int, BaseProcess] = {}
    learned, lines = learning.Learned(), _Lines()
    while True:
        ready = connection.wait([INPUT, *children])
        ended = [children.pop(sentinel) for sentinel in list(children) if sentinel in ready]
        imported = [module for child in ended for module in _end(child, out, progress)]
        names = lines.read() if INPUT in ready else []
        if names is None:
            break
        for name in names:
            if name.startswith(KILL):
                _kill(children.values(), name[len(KILL) :])
                continue
            child = _start(requests / name, out / name, progress)
            children[child.sentinel] = child
        learned.learn(imported)
    for child in children.values():
        child.kill()


@contextlib.contextmanager
def _given_up_with_its_input() -> Iterator[None]:
    """Importing takes seconds: where standard input ends in the meantime, so does this process."""
    over = threading.Event()
    watcher = threading.Thread(target=_watch_input, args=(over,), daemon=True)
    watcher.start()
    yield
    over.set()
    watcher.join()  # before any fork, which would lose it in a state that nobody knows


def _watch_input(over: threading.Event) -> None:
    poll = select.poll()
    poll.register(INPUT, select.POLLHUP)
    while not over.is_set():
        if any(event & select.POLLHUP for _, event in poll.poll(100)):
            os._exit(0)


class _Lines:
    """Standard input, of which nothing is read that is not there yet."""

    def __init__(self) -> None:
        self._rest = b""

    def read(self) -> Optional[list[str]]:
        """The lines that have come since the last time; None at the end."""
        content = os.read(INPUT, 65536)
        *lines, self._rest = (self._rest + content).split(b"\n")
        return [line.decode() for line in lines if line] if content else None


def _start(request: Path, out: Path, progress: Progress) -> BaseProcess:
    """Start the child that builds one request."""
    with contextlib.suppress(OSError, ValueError):
        _import_what_it_names(json.loads((request / "recipe.json").read_bytes())["pipeline"])
    gc.collect()
    gc.freeze()  # the garbage collector of a child would otherwise copy every page it looks at
    # A fork of this process, and not of multiprocessing's fork server: docs/decisions/0014-forked-children.md
    child = multiprocessing.get_context("fork").Process(target=_run, args=(request, out, progress), name=request.name)
    child.start()
    return child


def _kill(children: Iterable[BaseProcess], name: str) -> None:
    """End the child that builds a request, which may have ended by itself."""
    for child in children:
        if child.name == name:
            child.kill()


def _run(request: Path, out: Path, progress: Progress) -> None:
    """A child's life; its exit code says how the build ended."""
    code = CRASHED
    try:
        result = out / "result"
        result.mkdir(parents=True)
        _redirect(out / "log")
        _live_in(_own_folder(request.name))
        limit.hold(request)
        before = learning.loaded()
        code = _build(request, result, progress.of(request.name))
        learning.write(before, out / LEARNED)
    except MemoryError:
        code = UNWRITABLE + errno.ENOMEM
    except OSError as error:
        code = UNWRITABLE + (error.errno or errno.EIO)
    except BaseException:
        with contextlib.suppress(OSError):
            traceback.print_exc()
    sys.exit(code)


def _build(request: Path, result: Path, progress: Progress) -> int:
    recipe, environment, trust = (request / f"{name}.json" for name in ("recipe", "environment", "trust"))
    paths = (recipe, request / "snapshot", environment, trust, result)
    return guard.guarded(result, lambda: train.build(*paths, progress))


def _redirect(log: Path) -> None:
    """Nothing to read, and everything that is printed goes to the log: the pipes are the parent's."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, INPUT)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(written, 1)
    os.dup2(written, 2)


def _live_in(folder: Path) -> None:
    """Whatever a build keeps for a while goes into a folder of its own."""
    folder.mkdir(mode=0o700)
    os.environ["TMPDIR"] = os.environ["HOME"] = str(folder)
    tempfile.tempdir = None  # it is looked for again


def _own_folder(name: str) -> Path:
    """Where a child keeps things for a while; its parent removes it."""
    return Path(tempfile.gettempdir()) / f"build-{name}"


def _import_what_it_names(node: Any) -> None:
    """Import the modules of a recipe's estimators here, once, instead of in every child, which says what is wrong."""
    from builder import allowed

    if isinstance(node, dict):
        for key in ("_target_", "_object_"):
            if isinstance(node.get(key), str) and node[key].startswith(OURS):
                allowed.import_module_of(node[key])
    if isinstance(node, (dict, list)):
        for item in node.values() if isinstance(node, dict) else node:
            _import_what_it_names(item)


def _end(child: BaseProcess, out: Path, progress: Progress) -> list[str]:
    """Tell how a child ended; the modules that it had to import, read before: then its folder is no longer ours."""
    child.join()
    modules = learning.read(out / child.name / LEARNED)
    shutil.rmtree(_own_folder(child.name), ignore_errors=True)
    progress.tell({"event": "ended", "request": child.name, "code": _as_a_shell(child.exitcode)})
    child.close()
    return modules


def _as_a_shell(code: Optional[int]) -> int:
    """An exit code as a shell reports it: 128 and the signal that ended a process."""
    assert code is not None
    return 128 - code if code < 0 else code

"""A warm environment: what a build imports is imported once, and every model is built in a child process of its own.

A request is a line on standard input: the name of a folder with what a build reads. Events of the build and its end go
to standard output, one JSON line each, with the request's name. At the end of standard input everything ends.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import json
import os
import select
import selectors
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import learning, limit
from builder import train
from container import cpu, guard
from container.progress import Progress
from contract import UNWRITABLE

CRASHED = 1
"""Exit code of a child that a defect ended: its traceback is in its log."""

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
    children: dict[int, str] = {}
    learned = learning.Learned()
    with _woken_by_children() as awake:
        for names in _requests(awake):
            for name in names:
                children[_start(requests / name, out / name, progress)] = name
            imported = [module for child in _reap(children) for module in _end(child, out, progress)]
            learned.learn(imported)
    for child in children:
        os.kill(child, signal.SIGKILL)


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
    poll.register(0, select.POLLHUP)
    while not over.is_set():
        if any(event & select.POLLHUP for _, event in poll.poll(100)):
            os._exit(0)


@contextlib.contextmanager
def _woken_by_children() -> Iterator[int]:
    """A file descriptor that becomes readable when a child ends."""
    awake, wakes = os.pipe()
    os.set_blocking(awake, False)
    os.set_blocking(wakes, False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(wakes)
    yield awake


def _requests(awake: int) -> Iterator[list[str]]:
    """The names that were asked for since the last time, none where a child has ended; until standard input ends."""
    with selectors.DefaultSelector() as selector:
        selector.register(0, selectors.EVENT_READ)
        selector.register(awake, selectors.EVENT_READ)
        rest = b""
        while True:
            ready = {key.fd for key, _ in selector.select()}
            if awake in ready:
                os.read(awake, 4096)
            if 0 in ready:
                content = os.read(0, 65536)
                if not content:
                    return
                *lines, rest = (rest + content).split(b"\n")
                yield [line.decode() for line in lines if line]
            else:
                yield []


def _start(request: Path, out: Path, progress: Progress) -> int:
    """Start the child that builds one request; its process number."""
    with contextlib.suppress(OSError, ValueError):
        _import_what_it_names(json.loads((request / "recipe.json").read_bytes())["pipeline"])
    gc.collect()
    gc.freeze()  # the garbage collector of a child would otherwise copy every page it looks at
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    code = CRASHED
    try:
        code = _child(request, out, progress)
    finally:
        os._exit(code)  # whatever happens there: a child must not go on as its parent


def _child(request: Path, out: Path, progress: Progress) -> int:
    code = CRASHED
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        result = out / "result"
        result.mkdir(parents=True)
        _redirect(out / "log")
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
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    return code


def _build(request: Path, result: Path, progress: Progress) -> int:
    recipe, environment, trust = (request / f"{name}.json" for name in ("recipe", "environment", "trust"))
    paths = (recipe, request / "snapshot", environment, trust, result)
    return guard.guarded(result, lambda: train.build(*paths, progress))


def _redirect(log: Path) -> None:
    """Nothing to read, and everything that is printed goes to the log: the pipes are the parent's."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(written, 1)
    os.dup2(written, 2)


def _import_what_it_names(node: Any) -> None:
    """Import the modules of a recipe's estimators here, once, instead of in every child, which says what is wrong."""
    from builder import allowed

    if isinstance(node, dict):
        for key in ("_target_", "_object_"):
            if isinstance(node.get(key), str):
                allowed.import_module_of(node[key])
    if isinstance(node, (dict, list)):
        for item in node.values() if isinstance(node, dict) else node:
            _import_what_it_names(item)


def _reap(children: dict[int, str]) -> list[tuple[str, int]]:
    """The requests whose child has ended, and its exit code as a shell would report it."""
    ended = []
    while children:
        child, status = os.waitpid(-1, os.WNOHANG)
        if child == 0:
            break
        code = 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        if child in children:
            ended.append((children.pop(child), code))
    return ended


def _end(child: tuple[str, int], out: Path, progress: Progress) -> list[str]:
    """Tell how a child ended; the modules that it had to import, read before: then its folder is no longer ours."""
    request, code = child
    modules = learning.read(out / request / LEARNED)
    progress.tell({"event": "ended", "request": request, "code": code})
    return modules

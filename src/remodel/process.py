"""The one module that spawns processes: in their own group, with their output in hand, never left behind."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import subprocess
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from remodel.errors import EngineError
from remodel.lines import Lines

GRACE_SECONDS = 10.0
"""How long a child may take to end by itself after SIGTERM."""

LISTEN_SECONDS = 1.0
"""How long a program that has ended may still be silent before it is no longer listened to."""

POLL_SECONDS = 0.1
"""How often is looked whether all threads have ended after an interruption."""

TAIL_LINES = 200
"""How many last lines of output are kept for an error message."""

LONGEST = 16 << 20
"""Bytes of a line of a program of ours; of a job, which is not, lines are shorter (`remodel.lines`)."""

CHUNK = 64 << 10
"""Bytes that are read at once: what a program prints never has to fit into memory."""

Item = TypeVar("Item")
Result = TypeVar("Result")

_running: dict[subprocess.Popen[bytes], signal.Signals] = {}
"""Every child that runs now, and the signal that ends it."""


_stopped: weakref.WeakSet[subprocess.Popen[bytes]] = weakref.WeakSet()
"""Those that `end_all` has ended: their exit code says nothing."""


class TimeOver(EngineError):
    """A program was ended because its time was over."""


@dataclass(frozen=True)
class Finished:
    """A child that ended: its exit code (negative: the signal) and its last lines of output."""

    argv: tuple[str, ...]
    code: int
    output: str

    @property
    def ok(self) -> bool:
        return self.code == 0

    def last_line(self) -> str:
        """The last line that is not blank: as a rule the one that says what went wrong."""
        lines = [line for line in self.output.splitlines() if line.strip()]
        return lines[-1].strip() if lines else f"exit code {self.code}"


def find_program(name: str) -> str | None:
    """The path of a program on PATH, or None."""
    return shutil.which(name)


def run(
    argv: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    on_line: Callable[[str], None] | None = None,
    stop: signal.Signals = signal.SIGTERM,
    stdin: int | None = None,
    longest: int = LONGEST,
    seconds: float | None = None,
) -> Finished:
    """Run a program to its end, standard error with standard output, each line passed to `on_line`.

    `stdin` is a file descriptor that the program reads; without it there is nothing to read. `env` replaces the
    whole environment where given. Of a line of more than `longest` bytes the rest is dropped. On an exception (Ctrl-C
    included) the child's process group gets the signal `stop`, then SIGTERM and SIGKILL, each after GRACE_SECONDS,
    before the exception goes on.
    Raises EngineError where the program does not exist, TimeOver where it has not ended after so many `seconds`.
    """
    words = tuple(str(word) for word in argv)
    with _spawn(words, cwd, env, stop, stdin) as child, _ended_after(child, seconds) as over:
        lines: list[str] = []
        for line in _lines(child, longest, over):
            lines.append(line)
            del lines[:-TAIL_LINES]
            if on_line is not None:
                on_line(line)
        code = child.wait()
        if over.is_set():
            raise TimeOver(
                f"{words[0]} took longer than {seconds:g} s", "Run the same command again where less else runs"
            )
        if child in _stopped:
            # Whatever its exit code: podman ends with 0 at some moments, and what it ran has done nothing.
            raise EngineError(f"{words[0]} was interrupted", "Run the same command again")
        return Finished(words, code, "\n".join(lines))


@contextlib.contextmanager
def _ended_after(child: subprocess.Popen[bytes], seconds: float | None) -> Iterator[threading.Event]:
    """End a child that still runs after so many seconds; the event says that it was."""
    over = threading.Event()

    def end() -> None:
        over.set()
        _end_group(child, signal.SIGTERM)

    timer = threading.Timer(seconds, end) if seconds is not None else None
    if timer is not None:
        timer.daemon = True
        timer.start()
    try:
        yield over
    finally:
        if timer is not None:
            timer.cancel()


def _lines(child: subprocess.Popen[bytes], longest: int, over: threading.Event) -> Iterator[str]:
    """What a child prints, to the end of its output; where its time is over, to its own end: what it has left behind
    may hold the pipe for ever."""
    assert child.stdout is not None
    lines, pipe = Lines(longest), child.stdout.fileno()
    while not (over.is_set() and child.poll() is not None) and (chunk := _chunk(child, pipe)):
        yield from lines.feed(chunk)
    yield from lines.end()


def _chunk(child: subprocess.Popen[bytes], pipe: int) -> bytes:
    """What was printed since the last time; b"" at the end, which comes with the child's: a process that it left behind
    may hold the pipe for ever."""
    while not select.select([pipe], [], [], LISTEN_SECONDS)[0]:
        if child.poll() is not None:
            return b""
    return os.read(pipe, CHUNK)


def start_alone(argv: Sequence[str | Path], *, cwd: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start a program that outlives this one, in a session of its own; what it prints goes to the file `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    with log.open("xb") as printed:
        return subprocess.Popen(
            [str(word) for word in argv],
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


@contextlib.contextmanager
def _spawn(
    argv: tuple[str, ...],
    cwd: Path | None,
    env: Mapping[str, str] | None,
    stop: signal.Signals,
    stdin: int | None,
) -> Iterator[subprocess.Popen[bytes]]:
    try:
        child = subprocess.Popen(
            argv,
            cwd=cwd,
            env=dict(env) if env is not None else None,
            stdin=subprocess.DEVNULL if stdin is None else stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise EngineError(f"{argv[0]} is not installed", "Install it and run the same command again") from error
    except OSError as error:
        raise EngineError(f"{argv[0]} cannot be started: {error.strerror}", "Install it again") from error
    _running[child] = stop
    try:
        yield child
    except BaseException:
        _end_group(child, stop)
        raise
    finally:
        del _running[child]
        if child.stdout is not None:
            child.stdout.close()


def side_by_side(call: Callable[[Item], Result], items: Sequence[Item], workers: int) -> list[Result]:
    """What `call` returns for each item, so many at a time in threads; at the first exception every program ends."""
    with ThreadPoolExecutor(workers) as pool:
        started = [pool.submit(call, item) for item in items]
        try:
            return [one.result() for one in started]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            # Again and again: a thread may have been about to start its next program.
            while not all(one.done() for one in started):
                end_all()
                time.sleep(POLL_SECONDS)
            raise


def end_all() -> None:
    """End every program that still runs: those of other threads do not see this one's Ctrl-C."""
    for child, stop in list(_running.items()):
        _stopped.add(child)
        _end_group(child, stop)


def _end_group(child: subprocess.Popen[bytes], stop: signal.Signals) -> None:
    for sent in dict.fromkeys((stop, signal.SIGTERM, signal.SIGKILL)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, sent)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(GRACE_SECONDS)
            return

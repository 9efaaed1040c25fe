"""Counts what becomes of mutated files: read in child processes, so that a crash or a hang is one of the numbers.

A child reads one file after the other and tells how each ended; where it dies or is silent, another one goes on behind
the file that did it.
"""

from __future__ import annotations

import collections
import os
import random
import resource
import select
import signal
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fuzzing.mutations import Mutation

EQUAL, DIFFERENT, REFUSED, CRASHED, HUNG, KILLED = "equal", "different", "refused", "crashed", "hung", "killed"
"""A changed file was read as if it were not changed, read as something else, or refused in one line; or not."""

ENDINGS = (EQUAL, DIFFERENT, REFUSED, CRASHED, HUNG, KILLED)

SECONDS = 30
"""A child that has not ended a file within so many seconds of wall time hangs; every file takes milliseconds."""

MEMORY = 3 << 30
"""Bytes that a child may take beside what it has from its parent."""


@dataclass(frozen=True)
class Format:
    """A kind of file: `read` gives what stands in it, and raises one of `refusals`, with one line, where it refuses."""

    seeds: Sequence[bytes]
    mutate: Sequence[Mutation]
    read: Callable[[bytes], Any]
    refusals: tuple[type[BaseException], ...]


@dataclass(frozen=True)
class Finding:
    """A file that was neither read nor refused in one line."""

    number: int
    ending: str
    why: str


def mutant(name: str, kind: Format, seed: int, number: int) -> tuple[int, bytes]:
    """The changed file of this number, and which of the seeds it was made of."""
    chance = random.Random(f"{seed} {name} {number}")
    which = chance.randrange(len(kind.seeds))
    try:
        return which, chance.choice(kind.mutate)(chance, kind.seeds[which])
    except (IndexError, ValueError, KeyError, TypeError, RecursionError, OverflowError):
        return which, kind.seeds[which][: chance.randrange(len(kind.seeds[which]) + 1)]


def run(name: str, kind: Format, seed: int, numbers: Iterator[int]) -> tuple[collections.Counter, list[Finding]]:
    """The endings of the files of these numbers."""
    meanings = [kind.read(content) for content in kind.seeds]
    counts, findings = collections.Counter(), []
    left = list(numbers)
    while left:
        ended, how = _child(lambda number: _one(name, kind, seed, number, meanings), left)
        for position, (ending, why) in enumerate(ended):
            counts[ending] += 1
            if ending == CRASHED:
                findings.append(Finding(left[position], ending, why))
        left = left[len(ended) :]
        if left:
            counts[how[0]] += 1
            findings.append(Finding(left[0], *how))
            left = left[1:]
    return counts, findings


def _one(name: str, kind: Format, seed: int, number: int, meanings: list) -> tuple[str, str]:
    which, content = mutant(name, kind, seed, number)
    try:
        meaning = kind.read(content)
    except kind.refusals as error:
        lines = str(error).splitlines()
        if len(lines) == 1 and lines[0].isprintable() and len(lines[0]) < 2000:
            return REFUSED, ""
        return CRASHED, f"{type(error).__name__} of {len(lines)} lines: {str(error)[:300]!r}"
    except Exception:
        return CRASHED, traceback.format_exc()[-1500:]
    return (EQUAL if repr(meaning) == repr(meanings[which]) else DIFFERENT), ""


def _data() -> int:
    """Bytes that this process has by now."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmData:"))


def _child(work: Callable[[int], tuple[str, str]], numbers: list[int]) -> tuple[list, tuple[str, str]]:
    """The endings of as many numbers as one child process comes to, and how it ended itself."""
    heard, told = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(heard)
        resource.setrlimit(resource.RLIMIT_DATA, (_data() + MEMORY,) * 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        try:
            for number in numbers:
                ending, why = work(number)
                os.write(told, f"{ENDINGS.index(ending)}{why!r}\n".encode("utf-8", "backslashreplace"))
        finally:
            os._exit(0)
    os.close(told)
    text, hung = b"", False
    while True:
        if not select.select([heard], [], [], SECONDS)[0]:
            hung = True
            os.kill(child, signal.SIGKILL)
        part = os.read(heard, 1 << 20)
        if not part:
            break
        text += part
    os.close(heard)
    status = os.waitpid(child, 0)[1]
    lines = text.decode().splitlines()
    ended = [(ENDINGS[int(line[0])], line[1:]) for line in lines]
    return ended, ((HUNG, "") if hung else (KILLED, f"wait status {status}"))

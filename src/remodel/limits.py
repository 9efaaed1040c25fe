"""What any job may take at most, whatever it is: a share of the machine's memory, time, /tmp, and what it writes."""

from __future__ import annotations

from pathlib import Path

import psutil

from remodel.errors import BuildError

SHARE = 0.8
"""Of the machine's memory (or its control group's): what a job may take that names no limit. The rest is the host's."""

SECONDS = 4 * 3600.0
"""How long a job may take: a build that takes longer says so in its model's file (resources.time)."""

WARM_SECONDS = 7 * 24 * 3600.0
"""How long a container may stand ready: each build in it has a time of its own."""

TMP = 2 << 30
"""Bytes of /tmp, which are memory, and count as the job's."""

LARGEST_FILE = 16 << 30
"""Bytes of one file that a job writes."""

OPEN_FILES = 4096

CONTROL_GROUPS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
"""Where a control group says how much memory its processes may have, in version 2 and 1."""

KIND = "time"
"""The kind of the error of a build that took too long: it says nothing about the model, and is not recorded."""


def machine_memory() -> int:
    """Bytes of memory of the machine, or of this process's control group."""
    texts = [Path(name).read_text().strip() for name in CONTROL_GROUPS if Path(name).is_file()]
    return min([int(psutil.virtual_memory().total), *(int(text) for text in texts if text.isdigit())])


def memory_share() -> int:
    """Bytes of memory that a job may take which names no limit."""
    return int(machine_memory() * SHARE)


def too_long(job: str, seconds: float, advice: str = "") -> BuildError:
    """The error of a job that was ended because its time was over."""
    error = BuildError(
        f"{job} was ended: it took longer than the {in_words(seconds)} that it may take",
        advice or "If it should take that long, raise it: resources: {time: ...} in the model's YAML file",
    )
    error.kind = KIND
    return error


def in_words(seconds: float) -> str:
    """ "4 h", "90 min" or "2.5 s": the largest unit that leaves a whole number."""
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:g} s"

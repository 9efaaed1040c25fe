"""The memory that one build in a warm environment may take: beyond it an allocation fails there, and nowhere else."""

from __future__ import annotations

import contextlib
import json
import re
import resource
from pathlib import Path

MEMORY = "memory.json"
"""In the folder of a request that has a limit: {"bytes": N}."""

STATUS = Path("/proc/self/status")
FIELDS = re.compile(r"^(VmData|RssAnon):\s+(\d+) kB$", re.MULTILINE)

FIRST_TO_GO = "1000"
"""Where the machine itself runs out, the kernel kills a build: not the process that answers for all of them."""


def hold(request: Path) -> None:
    """Hold this process, and what it starts, to the limit of its request."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO, encoding="utf-8")
    path = request / MEMORY
    if path.is_file():
        most = int(json.loads(path.read_bytes())["bytes"]) + untouched(STATUS.read_text(encoding="utf-8"))
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def untouched(status: str) -> int:
    """Bytes that libraries have reserved and never touched: RLIMIT_DATA counts them, a container's limit does not.

    See VmData and RssAnon in proc(5); 0 where the kernel does not tell.
    """
    fields = {name: int(size) << 10 for name, size in FIELDS.findall(status)}
    return max(0, fields["VmData"] - fields["RssAnon"]) if len(fields) == 2 else 0

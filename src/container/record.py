"""record.json: the volatile facts of one run (machine, seconds, memory), kept beside the outputs and never tracked."""

from __future__ import annotations

import platform
import resource
import sys
from pathlib import Path
from typing import Any

from container import cpu
from container.progress import Progress
from contract import files


def write(out: Path, progress: Progress, **more: Any) -> None:
    """Write what is known at the end of a run; memory is the peak resident set in bytes."""
    document = {
        "interpreter": sys.version.split()[0],
        "platform": platform.platform(),
        "cpu": cpu.record(),
        "seconds": {name: round(seconds, 3) for name, seconds in progress.seconds.items()},
        "peak_memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        **more,
    }
    files.write_json(out / "record.json", document)

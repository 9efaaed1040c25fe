"""Inside an environment: loads every hostile .skops file as the builder, `predict` and a receiver do.

Prints one JSON line an attack: the line that refuses it, and whether anything of it ran.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
import traceback
from pathlib import Path

from container import cpu

cpu.pin(threads=1)

sys.path.insert(0, str(Path(__file__).parent))

import skops  # noqa: E402
from skops_attacks import ATTACKS, good  # noqa: E402

from builder import trust  # noqa: E402
from container.errors import BuilderError  # noqa: E402
from serving import limits  # noqa: E402

SECONDS = 120
"""So long may a file be looked at before it counts as one that burns time; each takes a second, or two."""

limits.MEMORY = 3 << 30


def loaded(content: bytes, said: Path) -> int:
    """In a child process: 0 where the file is loaded, 3 where one line refuses it, 1 for anything else."""
    try:
        trust.loads(content, TRUSTED)
    except BuilderError as error:
        said.write_text(error.message)
        return 3
    except BaseException:
        said.write_text(traceback.format_exc()[-2000:])
        return 1
    return 0


def attacked(name: str, make) -> dict:
    content = make()
    said = Path("said")
    said.write_text("")
    started = time.process_time(), time.monotonic()
    try:
        code = limits.apart(lambda alive: loaded(content, said), SECONDS)
    except limits.Overrun as error:
        code = str(error)
    seconds = round(time.monotonic() - started[1], 1)
    return {
        "name": name,
        "code": code,
        "said": said.read_text(),
        "planted": Path("planted").exists(),
        "seconds": seconds,
    }


TRUSTED = json.loads(Path(sys.argv[1]).read_bytes())["types"]

with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    print(f"skops {skops.__version__}", flush=True)
    for name in sys.argv[2:] or ["good", *ATTACKS]:
        print(json.dumps(attacked(name, good if name == "good" else ATTACKS[name].make)), flush=True)
    os.chdir("/")

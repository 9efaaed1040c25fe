"""Which reporter shows a command's work: JSON lines where asked for, bars on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import TextIO

from remodel.display.json_lines import JsonLines
from remodel.display.plain_lines import PlainLines
from remodel.display.reporter import Reporter
from remodel.display.terminal import Terminal


def choose_reporter(
    json: bool = False, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
) -> Reporter:
    """The reporter on `stream`: standard output where none is given. `clock` is in seconds and serves plain lines."""
    out = stream or sys.stdout
    if json:
        return JsonLines(out)
    return Terminal(out) if is_live(out) else PlainLines(out, clock)


def is_live(stream: TextIO) -> bool:
    """Whether bars can be drawn on `stream`: a terminal that can move its cursor."""
    return stream.isatty() and os.environ.get("TERM", "") not in ("", "dumb", "unknown")

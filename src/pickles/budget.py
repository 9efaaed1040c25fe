"""What reading one file may cost; whatever is in it, it ends."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

SECONDS = 9.0
"""Of processor and waiting together."""

UNPACKED = 600 << 20
"""Bytes after decompression."""

OPERATIONS = 30_000_000

NESTED = 40
"""Pickles inside arrays of pickles."""

TEXT = 4096
"""Bytes of a name or a number that is written as text."""


class Unreadable(Exception):
    """A file that is not read on, in one line."""


@dataclass
class Budget:
    """What is left of it."""

    seconds: float = SECONDS
    unpacked: int = UNPACKED
    operations: int = OPERATIONS
    _started: float = field(default_factory=time.monotonic)

    def operate(self, count: int) -> None:
        """Operations that were done, and a look at the clock."""
        self.operations -= count
        if self.operations < 0:
            raise Unreadable(f"it has more than {OPERATIONS:,} operations")
        if time.monotonic() - self._started > self.seconds:
            raise Unreadable(f"it was not read in {self.seconds:g} seconds")

    def unpack(self, count: int) -> None:
        """Bytes that came out of a compressed file."""
        self.unpacked -= count
        if self.unpacked < 0:
            raise Unreadable(f"it unpacks to more than {UNPACKED >> 20} MiB")

"""Changed files of every format that the host reads: each is read, or refused in one line."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

from fuzzing import host_formats, workers  # noqa: E402
from fuzzing.workers import EQUAL, Format  # noqa: E402

COUNT = 150
"""Files of each format: a share. benchmarks/README.md has the numbers of a long run."""

FORMATS = host_formats.formats()


@pytest.mark.attack("files")
@pytest.mark.parametrize("name", FORMATS)
def test_changed_files_are_read_or_refused(name: str) -> None:
    """A file that is changed anywhere is read as what it says, or refused in one line: no traceback, no hang."""
    counts, findings = workers.run(name, FORMATS[name], 1, iter(range(COUNT)))
    assert findings == []
    assert sum(counts.values()) == COUNT and counts[workers.REFUSED] > 0


def test_the_same_seed_gives_the_same_files() -> None:
    """So that a finding can be looked at again, in another process too."""
    for name, kind in FORMATS.items():
        assert workers.mutant(name, kind, 7, 3) == workers.mutant(name, kind, 7, 3)
        assert len({workers.mutant(name, kind, 7, number)[1] for number in range(60)}) > 30


def test_every_ending_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """What crashes, hangs or ends its process is found, and what comes after it is still read."""
    monkeypatch.setattr(workers, "SECONDS", 1)

    def read(content: bytes) -> bytes:
        number = content[0]
        if number == 1:
            raise KeyError("a defect")
        if number == 2:
            time.sleep(60)
        if number == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        if number == 4:
            raise ValueError("one line")
        if number == 5:
            raise ValueError("two\nlines")
        return content[:1] if number == 6 else b"\x00"

    kind = Format([b"\x00"], [], read, (ValueError,))
    monkeypatch.setattr(workers, "mutant", lambda name, kind, seed, number: (0, bytes([number])))
    counts, findings = workers.run("x", kind, 0, iter(range(7)))
    assert counts == {
        EQUAL: 1,
        workers.CRASHED: 2,
        workers.HUNG: 1,
        workers.KILLED: 1,
        workers.REFUSED: 1,
        workers.DIFFERENT: 1,
    }
    assert [finding.number for finding in findings] == [1, 2, 3, 5]

"""The limit of one child of a warm environment: held by the kernel, in that process alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.limit import untouched
from remodel.checkout import Checkout

STATUS = "Name:\tpython\nVmPeak:\t  540000 kB\nVmData:\t  229376 kB\nRssAnon:\t  142336 kB\nRssFile:\t    5120 kB\n"

CHILD = """
import sys
from pathlib import Path
from bench import limit
limit.hold(Path(sys.argv[1]))
kept = b"x" * (20 << 20)
print("20 MiB", flush=True)
try:
    b"x" * (400 << 20)
except MemoryError:
    print("MemoryError", Path("/proc/self/oom_score_adj").read_text().strip())
else:
    print("400 MiB")
"""


def test_what_libraries_reserve_is_not_counted() -> None:
    """A container's limit does not count it either: a build has the same limit in both."""
    assert untouched(STATUS) == (229376 - 142336) << 10
    assert untouched("Name:\tpython\n") == 0


@pytest.mark.parametrize(("limit", "answer"), [(100 << 20, "MemoryError 1000"), (None, "400 MiB")])
def test_a_child_gets_what_its_request_says(checkout: Checkout, tmp_path: Path, limit: int | None, answer: str) -> None:
    """Up to there it allocates, beyond it an allocation fails; and the machine's own killer takes it first."""
    if limit is not None:
        (tmp_path / "memory.json").write_text(json.dumps({"bytes": limit}))
    ended = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path)],
        env={"PYTHONPATH": str(checkout.source)},
        capture_output=True,
        text=True,
    )
    assert ended.stdout.splitlines() == ["20 MiB", answer], ended.stderr

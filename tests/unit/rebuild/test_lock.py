"""One rebuild at a time: who waits says for whom, and nobody waits for a process that is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from remodel.checkout import Checkout
from remodel.rebuild.lock import holding

HOLDER = """
import sys
from pathlib import Path
from remodel.checkout import Checkout
from remodel.rebuild.lock import holding
with holding(Checkout(Path(sys.argv[3])), print):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(root: Path) -> subprocess.Popen[str]:
    """Another process that holds the checkout until its standard input ends."""
    argv = [sys.executable, "-c", HOLDER, "rebuild", "deep", str(root)]
    other = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    return other


def test_a_free_checkout_is_not_waited_for(tmp_path: Path) -> None:
    """While it is held a file beside the lock says by whom."""
    said: list[str] = []
    holder = Checkout(tmp_path).state / "rebuild" / "holder"
    with holding(Checkout(tmp_path), said.append) as waited:
        assert not waited
        assert f"process {os.getpid()} (" in holder.read_text()
    assert said == []
    assert not holder.exists()


def test_the_second_says_who_holds_it_and_waits(tmp_path: Path) -> None:
    """Until it is free."""
    other, said = hold(tmp_path), list[str]()
    assert other.stdin is not None
    threading.Timer(0.5, other.stdin.close).start()
    with other, holding(Checkout(tmp_path), said.append) as waited:
        assert waited
        assert other.wait(20) == 0
    assert said == [f"waiting: process {other.pid} (rebuild deep) works in this checkout"]


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    """Though its name is still there."""
    with hold(tmp_path) as other:
        os.kill(other.pid, signal.SIGKILL)
        other.wait(20)
        said: list[str] = []
        with holding(Checkout(tmp_path), said.append) as waited:
            assert not waited
    assert said == []

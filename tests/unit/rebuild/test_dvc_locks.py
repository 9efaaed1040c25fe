"""DVC's lock on files while a rebuild works, and what killed processes have left in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.errors import RemodelError
from remodel.rebuild.dvc.repository import DvcRepository
from tests.unit.rebuild.test_inspection import recorded, said

__all__ = ["recorded", "said"]

GONE = 2**22 + 1
"""No process of Linux has this number."""


def dvc(checkout: Checkout, *words: str) -> subprocess.CompletedProcess[str]:
    """`dvc <words>` as a user types it in another terminal."""
    argv = [sys.executable, "-m", "dvc", *words]
    return subprocess.run(argv, cwd=checkout.root, capture_output=True, text=True, timeout=100)


def leave(checkout: Checkout, process: int) -> Path:
    """What a process leaves that is killed while it reads and writes."""
    info = {"pid": process, "cmd": "dvc repro"}
    path = checkout.root / ".dvc" / "tmp" / "rwlock"
    root = str(checkout.root)
    path.write_text(json.dumps({"read": {f"{root}/conf": [info], "/elsewhere": [info]}, "write": {root: info}}))
    return path


@pytest.mark.attack("store")
@pytest.mark.parametrize("process", [pytest.param(GONE, id="gone"), pytest.param(os.getpid(), id="number used again")])
def test_what_a_killed_process_left_is_removed(recorded: Checkout, said: list[str], process: int) -> None:
    """A killed process holds nothing: its entries are gone from DVC's lock once a rebuild has begun."""
    path = leave(recorded, process)
    repository = DvcRepository(recorded, said.append)
    with repository.held():
        lock = json.loads(path.read_text())
        assert lock["write"] == {}
        assert {info["cmd"] for infos in lock["read"].values() for info in infos} == {" ".join(sys.argv)}
    assert not any(json.loads(path.read_text()).values())


def test_a_zombie_is_gone(recorded: Checkout, said: list[str]) -> None:
    """Also while nobody has taken note of its end."""
    with subprocess.Popen(["sleep", "100"]) as process:
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        leave(recorded, process.pid)
        with DvcRepository(recorded, said.append).held():
            pass


def test_a_living_process_is_not_disturbed(recorded: Checkout, said: list[str]) -> None:
    """Who writes is named, and keeps its entries."""
    with subprocess.Popen(["sleep", "100"]) as process:
        path = leave(recorded, process.pid)
        before = path.read_text()
        with (
            pytest.raises(RemodelError, match=f"process {process.pid} works on the same files: dvc repro"),
            DvcRepository(recorded, said.append).held(),
        ):
            pass
        process.kill()
    assert json.loads(path.read_text()) == json.loads(before)


@pytest.mark.attack("store")
@pytest.mark.parametrize("text", ["", '{"read": {"/a": [{"pid"'])
def test_a_half_written_lock_is_removed(recorded: Checkout, said: list[str], text: str) -> None:
    """DVC's lock, killed in the middle of writing it, does not refuse a rebuild for ever."""
    path = leave(recorded, GONE)
    path.write_text(text)
    with DvcRepository(recorded, said.append).held():
        assert json.loads(path.read_text())["read"]


def test_status_works_beside_a_rebuild_and_repro_is_told_who_works(recorded: Checkout, said: list[str]) -> None:
    """Whoever reads goes on; whoever would write is refused with the process that is at work."""
    with DvcRepository(recorded, said.append).held():
        status = dvc(recorded, "status")
        assert (status.returncode, status.stderr) == (0, ""), status.stderr
        assert "up to date" in status.stdout
        (recorded.root / "conf" / "file").write_text("other")
        repro = dvc(recorded, "repro")
    assert repro.returncode != 0
    assert f"(PID {os.getpid()})" in repro.stderr

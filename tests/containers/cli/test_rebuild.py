"""`remodel rebuild` on a small project: what serial DVC writes, however many run at once, killed at any moment."""

from __future__ import annotations

import os
import random
import signal
import time

import pytest

from tests.containers.cli.fleet import STAGES, containers, fleet, forget_all, rebuild
from tests.containers.cli.project import Project, wait_until

KILLS = 30


@pytest.fixture
def serial(project: Project) -> Project:
    """The fleet as `dvc repro` builds it, one stage after the other, from nothing."""
    fleet(project)
    forget_all(project)
    ended = project.run("dvc", "repro")
    assert ended.code == 0, ended.err + ended.out
    return project


def test_every_way_to_build_gives_the_same_bytes(serial: Project) -> None:
    """`dvc repro`, `remodel rebuild -j 1` and `-j 4` give one dvc.lock and the same files, and DVC sees nothing to do;
    `python -m train model=...` gives the same artifacts. A second rebuild has nothing to do."""
    lock, results = serial.lock, serial.results()
    for jobs in ("1", "4"):
        forget_all(serial)
        serial.run("remodel", "rebuild", "-j", jobs).done()
        assert serial.lock == lock
        assert serial.results() == results
        assert "up to date" in serial.run("dvc", "status").out
    assert f"{STAGES} unchanged" in serial.run("remodel", "rebuild").out
    assert serial.lock == lock
    assert serial.train("model=deep").code == 0
    (built,) = (serial.root / "experiments" / "deep").glob("*/sklearn-1.9")
    for path in built.iterdir():
        assert path.read_bytes() == (serial.root / "models" / "deep" / "sklearn-1.9" / path.name).read_bytes()


def test_killed_at_any_moment(serial: Project) -> None:
    """After thirty rebuilds that are killed, terminated or interrupted somewhere, one that is left alone gives what a
    serial run without any disturbance gives. No container, scratch folder or lock is left."""
    lock, results = serial.lock, serial.results()
    chance = random.Random(0)
    forget_all(serial)
    for number in range(KILLS):
        with serial.running("remodel", "rebuild") as command:
            deadline = time.monotonic() + chance.uniform(0.2, 4)
            while command.poll() is None and time.monotonic() < deadline:
                time.sleep(0.02)
            sent = chance.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
            if command.poll() is None:
                os.kill(command.pid, sent)
            else:
                assert command.returncode == 0, (number, serial.ended(command))
                forget_all(serial)
            command.wait(60)
    ended, _ = rebuild(serial)
    ended.done()
    assert serial.lock == lock
    assert serial.results() == results
    assert "up to date" in serial.run("dvc", "status").out
    assert serial.scratch() == []
    wait_until(lambda: containers(serial) == [])
    assert f"{STAGES} unchanged" in serial.run("remodel", "rebuild").out


def test_what_is_taken_back_is_taken_back_in_dvc_lock_too(project: Project) -> None:
    """A change of conf/ that is built and then undone: the former results again, not the last ones."""
    project.run("remodel", "rebuild").done()
    lock, results = project.lock, project.results()
    mend = project.edit("conf/classifier/decision_tree.yaml", "max_depth: 4", "max_depth: 2")
    project.run("remodel", "rebuild").done()
    assert project.lock != lock
    mend()
    project.run("remodel", "rebuild").done()
    assert project.lock == lock
    assert project.results() == results

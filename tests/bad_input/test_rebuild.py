"""`remodel rebuild` on a small project: what serial DVC writes, whatever runs beside what, and every wrong input."""

from __future__ import annotations

import json
import shutil

import pytest
from tests.bad_input.project import Project

CHANGES = {"shallow": "1", "middle": "2", "deep": "3"}
"""Models of the fleet by the depth of their tree."""


def fleet(project: Project) -> None:
    """More models in the project, none of them built."""
    model = (project.root / "conf" / "model" / f"{project.model}.yaml").read_text()
    for name, depth in CHANGES.items():
        text = model.replace(project.model, name) + f"classifier:\n  max_depth: {depth}\n"
        (project.root / "conf" / "model" / f"{name}.yaml").write_text(text)
    project.edit("params.yaml", f"models: [{project.model}]", f"models: [{', '.join([*CHANGES, project.model])}]")


def forget_all(project: Project) -> None:
    """As a fresh clone without dvc.lock."""
    for name in ("data", "recipes", "models", "metrics", "reports", "release", ".dvc/cache", ".remodel"):
        shutil.rmtree(project.root / name, ignore_errors=True)
    (project.root / "dvc.lock").unlink(missing_ok=True)


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
    `python -m train model=...` gives the same artifacts. A second rebuild changes nothing."""
    lock, results = serial.lock, serial.results()
    for jobs in ("1", "4"):
        forget_all(serial)
        serial.run("remodel", "rebuild", "-j", jobs).done()
        assert serial.lock == lock
        assert serial.results() == results
        assert "up to date" in serial.run("dvc", "status").out
    assert "8 unchanged" in serial.run("remodel", "rebuild").out
    assert serial.lock == lock
    assert serial.train("model=deep").code == 0
    (built,) = (serial.root / "experiments" / "deep").glob("*/sklearn-1.9")
    for path in built.iterdir():
        assert path.read_bytes() == (serial.root / "models" / "deep" / "sklearn-1.9" / path.name).read_bytes()


def test_a_failed_model_and_the_rest(project: Project) -> None:
    """It prints its own error and where its log is, what needs it is marked, the others are built with --keep-going;
    the next rebuild builds it alone."""
    fleet(project)
    mend = project.edit("conf/model/middle.yaml", "max_depth: 2", "max_depth: -2")
    ended = project.run("remodel", "rebuild", "--json", "--keep-going")
    events = [json.loads(line) for line in ended.out.splitlines()]
    failed = [event for event in events if event["event"] == "failed"]
    assert [event["stage"] for event in failed] == ["train@middle-sklearn-1.9"]
    assert "max_depth" in failed[0]["error"]
    assert failed[0]["log"] == ".remodel/logs/middle@sklearn-1.9.log"
    assert {event["stage"] for event in events if event["event"] == "skipped"} == {"compare", "package"}
    built = {event["stage"] for event in events if event["event"] == "built"}
    assert {"train@shallow-sklearn-1.9", "train@deep-sklearn-1.9"} <= built
    ended.refused(4, "train@middle-sklearn-1.9", "max_depth")
    assert not (project.root / "models" / "middle").exists()
    mend()
    events = [json.loads(line) for line in project.run("remodel", "rebuild", "--json").out.splitlines()]
    built = {event["stage"] for event in events if event["event"] == "built"}
    assert built == {"recipes", "train@middle-sklearn-1.9", "compare", "package"}

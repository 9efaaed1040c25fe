"""A dataset's own file is replaced, cut off, gone or a folder: every entry notices, and says both ways on."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.containers.cli.project import Project
from tests.containers.cli.test_data import CSV, TRAIN, add

OLD = CSV.encode()
NEW = OLD + b"30.5,a,no\n"
PINNED = hashlib.sha256(OLD).hexdigest()
WAYS = "Put the old file back, or, if the change is meant, run: remodel dataset accept mine"
REBUILD = ("remodel", "rebuild")
DRY = (*REBUILD, "--dry-run")

MODEL = """# @package _global_
defaults:
  - override /dataset: mine
  - override /preprocessing: tabular
  - override /classifier: gaussian_nb
  - override /cv: stratified_5
name: {name}
"""


@pytest.fixture(scope="module")
def settled(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project with a dataset of a user's own file and a model on it, all of it up to date; one experiment."""
    project = built.copy(tmp_path_factory.mktemp("settled") / "project")
    add(project, OLD)
    name = f"{project.model}_mine"
    (project.root / "conf" / "model" / f"{name}.yaml").write_text(MODEL.format(name=name))
    project.edit("params.yaml", "datasets: {", "datasets: {mine: mine.csv, ")
    project.edit("params.yaml", "models: [", f"models: [{name}, ")
    project.repro().done()
    project.train(*TRAIN).done()
    assert (project.root / ".remodel" / "rebuild" / "settled.json").is_file()
    assert "up to date" in project.run("dvc", "status").out
    return project


@pytest.fixture
def copied(settled: Project, tmp_path: Path) -> Project:
    """A copy of it, to break."""
    return settled.copy(tmp_path / "project")


@pytest.fixture
def mine(copied: Project) -> Project:
    """A copy that is up to date as a rebuild sees it at a glance, too, which knows a checkout by its folder."""
    copied.run(*REBUILD).done()
    return copied


def write(content: bytes) -> Callable[[Path], object]:
    """What replaces the file."""
    return lambda path: path.write_bytes(content)


def no_file(path: Path) -> None:
    """Nothing stands there any more."""
    path.unlink()


def folder(path: Path) -> None:
    """A folder of that name stands there."""
    path.unlink()
    path.mkdir()
    (path / "part.csv").write_bytes(OLD)


def digests(content: bytes) -> str:
    """How the line names what is there and what should be."""
    return f"mine.csv has sha256 {hashlib.sha256(content).hexdigest()}, expected {PINNED}"


WRONG = {
    "replaced": (write(NEW), digests(NEW), "modified:           mine.csv"),
    "truncated": (write(OLD[:300]), digests(OLD[:300]), "modified:           mine.csv"),
    "missing": (
        no_file,
        f"the file mine.csv does not exist, conf/dataset/mine.yaml pins one with sha256 {PINNED}",
        "deleted:            mine.csv",
    ),
    "folder": (
        folder,
        f"the file mine.csv is a folder, conf/dataset/mine.yaml pins one with sha256 {PINNED}",
        "modified:           mine.csv",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_every_entry_notices(mine: Project, case: str) -> None:
    """No model is taken for one of the file that is there now; with the old file back, all is as it was."""
    breaks, message, status = WRONG[case]
    before, lock, path = mine.results(), mine.lock, mine.root / "mine.csv"
    breaks(path)
    mine.train(*TRAIN).refused(3, message, "conf/dataset/mine.yaml", WAYS)
    assert mine.results() == before
    seen = mine.run("dvc", "status")
    assert "snapshot@mine:" in seen.out
    assert status in seen.out
    dry = mine.run(*DRY)
    if case == "missing":
        dry.refused(3, message, WAYS)
    else:
        assert "snapshot@mine: changed" in dry.out
    assert mine.results() == before
    mine.run(*REBUILD).refused(3, message, "conf/dataset/mine.yaml", WAYS)
    reproduced = mine.run("dvc", "repro", "snapshot@mine")
    assert reproduced.code != 0
    assert "Traceback" not in reproduced.err + reproduced.out
    assert "mine.csv" in reproduced.err
    if case != "missing":  # DVC itself stops there
        (line,) = [line for line in reproduced.err.splitlines() if line.startswith("remodel: ")]
        assert message in line
        assert WAYS in line
    if path.is_dir():
        shutil.rmtree(path)
    path.write_bytes(OLD)
    mine.run(*REBUILD).done()
    mine.train(*TRAIN).done()
    assert mine.results() == before
    assert mine.lock == lock
    assert "up to date" in mine.run("dvc", "status").out


def test_an_accepted_file_is_the_dataset(mine: Project) -> None:
    """After one command everything goes on, with the new rows; a second time it does nothing."""
    before, declared = mine.results(), (mine.root / "conf" / "dataset" / "mine.yaml").read_text()
    (mine.root / "mine.csv").write_bytes(NEW)
    accepted = mine.run("remodel", "dataset", "accept", "mine")
    accepted.done()
    there = hashlib.sha256(NEW).hexdigest()
    assert f"conf/dataset/mine.yaml: sha256 of mine.csv was {PINNED}, is {there}" in accepted.out
    assert "next: remodel rebuild, or python -m train dataset=mine" in accepted.out
    assert (mine.root / "conf" / "dataset" / "mine.yaml").read_text() == declared.replace(PINNED, there)
    assert "snapshot@mine: changed" in mine.run(*DRY).out
    mine.train(*TRAIN).done()
    mine.run(*REBUILD).done()
    assert "up to date" in mine.run("dvc", "status").out
    after = mine.results()
    for name in ("data/mine/data.parquet", f"models/{mine.model}_mine/sklearn-1.9/model.skops"):
        assert after[name] != before[name]
    others = [name for name in before if name.startswith(f"models/{mine.model}/")]
    assert others
    assert [after[name] for name in others] == [before[name] for name in others]
    again = mine.run("remodel", "dataset", "accept", "mine")
    again.done()
    assert "nothing to do" in again.out
    assert "unchanged" in mine.run(*REBUILD, "--json").out
    assert mine.results() == after


@pytest.mark.parametrize(
    ("name", "breaks", "code", "message"),
    [
        ("mime", None, 2, "unknown dataset 'mime': did you mean 'mine'?"),
        ("iris", None, 2, "conf/dataset/iris.yaml pins no file"),
        ("mine", no_file, 3, "mine.csv does not exist"),
        ("mine", folder, 3, "mine.csv is a folder"),
    ],
)
def test_what_cannot_be_accepted_is_told(
    copied: Project, name: str, breaks: Callable[[Path], None] | None, code: int, message: str
) -> None:
    """One line, and the pin stays."""
    declared = (copied.root / "conf" / "dataset" / "mine.yaml").read_text()
    if breaks is not None:
        breaks(copied.root / "mine.csv")
    copied.run("remodel", "dataset", "accept", name).refused(code, message)
    assert (copied.root / "conf" / "dataset" / "mine.yaml").read_text() == declared


@pytest.mark.parametrize("command", [REBUILD, DRY, ("remodel", "repro"), ("remodel", "stage", "snapshot", "mine")])
@pytest.mark.parametrize(
    ("datasets", "message"),
    [
        ("[mine, iris]", "Write: datasets: {mine: mine.csv, iris: conf/dataset/iris.yaml}"),
        ("{mine: other.csv, iris: conf/dataset/iris.yaml}", "Write under `datasets`: mine: mine.csv"),
    ],
)
def test_a_file_that_params_do_not_name_is_told(
    copied: Project, command: tuple[str, ...], datasets: str, message: str
) -> None:
    """DVC would watch another file, or none: one line says what to write instead."""
    before = copied.results()
    copied.edit("params.yaml", "{mine: mine.csv, iris: conf/dataset/iris.yaml}", datasets)
    copied.run(*command).refused(2, message)
    assert copied.results() == before

"""dvc.lock keeps the order in which a serial `dvc repro` would have written it."""

from __future__ import annotations

from pathlib import Path

import yaml

from remodel.rebuild.dvc.lockfile import LockFile

ORDER = ["a", "b", "c", "d"]


def names(path: Path) -> list[str]:
    """The stages in a dvc.lock, in its order."""
    return list(yaml.safe_load(path.read_text())["stages"])


def test_new_entries_follow_in_the_order_of_the_pipeline(tmp_path: Path) -> None:
    """Whatever order they ended in; those that are there keep their place."""
    path, new = tmp_path / "dvc.lock", list[str]()
    path.write_text("schema: '2.0'\nstages:\n  c:\n    cmd: old\n")
    LockFile(path).write({"d": {"cmd": "d"}, "c": {"cmd": "c"}, "b": {"cmd": "b"}}, ORDER, [], new.extend)
    assert names(path) == ["c", "b", "d"]
    assert sorted(new) == ["b", "d"]


def test_an_interrupted_run_and_the_next_give_one_order(tmp_path: Path) -> None:
    """What the first has appended makes room for what a serial run would have written before it."""
    path = tmp_path / "dvc.lock"
    new: list[str] = []
    LockFile(path).write({"b": {"cmd": "b"}, "d": {"cmd": "d"}}, ORDER, [], new.extend)
    LockFile(path).write({"a": {"cmd": "a"}, "c": {"cmd": "c"}}, ORDER, list(new), new.extend)
    assert names(path) == ORDER
    assert path.read_text().startswith("schema: '2.0'\nstages:\n")


def test_what_somebody_else_wrote_in_between_stays(tmp_path: Path) -> None:
    """dvc.lock is read again where it is not as it was left."""
    path = tmp_path / "dvc.lock"
    lock = LockFile(path)
    lock.write({"a": {"cmd": "a"}}, ORDER, [], lambda new: None)
    path.write_text(path.read_text() + "  z:\n    cmd: by hand\n")
    lock.write({"b": {"cmd": "b"}}, ORDER, [], lambda new: None)
    assert names(path) == ["a", "z", "b"]

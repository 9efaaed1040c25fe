"""What is read of a checkout is read once, and never answered from a file that has changed since."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from remodel.builds.provenance import source_sha256
from remodel.builds.trust import read_trust
from remodel.checkout import YOUNG_NS, Checkout, once_a_checkout
from remodel.environments.environment import find_environment
from remodel.errors import LockError, UsageError
from remodel.recipes.params import read_params

OLD = 10.0
"""Seconds: a file that was last changed so long ago is read once."""


class Readings:
    """A function of a checkout and a name, and how often it really read."""

    def __init__(self) -> None:
        self.count = 0

        @once_a_checkout(lambda checkout, name: [checkout.conf / name])
        def read(checkout: Checkout, name: str) -> str:
            self.count += 1
            path = checkout.conf / name
            if path.is_dir():
                return ", ".join(sorted(entry.name for entry in path.iterdir()))
            if not path.is_file():
                raise UsageError(f"there is no {name}")
            return path.read_text()

        self.read: Callable[[Checkout, str], str] = read


@pytest.fixture
def readings() -> Readings:
    return Readings()


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """A checkout with two files and a folder; the clock is far behind their last change."""
    (tmp_path / "conf" / "folder").mkdir(parents=True)
    for name in ("one", "other", "folder/inside"):
        (tmp_path / "conf" / name).write_text(name)
    later(monkeypatch)
    return Checkout(tmp_path)


def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was changed until now was changed long ago. A file's time of change cannot be set, so the clock is."""
    time.sleep(0.05)  # more than a step of the clock that files are stamped by
    real = time.time_ns
    monkeypatch.setattr("remodel.checkout.time.time_ns", lambda: real() + int(OLD * 1e9))


def test_a_file_is_read_once_a_checkout_and_name(small: Checkout, readings: Readings) -> None:
    """Another checkout object reads for itself."""
    assert [readings.read(small, name) for name in ("one", "one", "other", "one")] == ["one", "one", "other", "one"]
    assert readings.count == 2
    assert readings.read(Checkout(small.root), "one") == "one"
    assert readings.count == 3


def _rewrite(path: Path) -> None:
    """In place, with the same size, and the time of its last change set back."""
    stat = path.stat()
    path.write_text("two")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def _replace(path: Path) -> None:
    """As an editor does, and git."""
    path.with_name("new").write_text("two")
    path.with_name("new").replace(path)


@pytest.mark.parametrize("change", [_rewrite, _replace])
def test_a_change_is_noticed(small: Checkout, readings: Readings, change: Callable[[Path], None]) -> None:
    """Whatever its size and the time that it is given."""
    assert readings.read(small, "one") == "one"
    change(small.conf / "one")
    assert readings.read(small, "one") == "two"


def test_a_folder_counts_with_all_that_is_in_it(small: Checkout, readings: Readings) -> None:
    """A file that comes, changes or goes; bytecode is no content."""
    assert readings.read(small, "folder") == "inside"
    (small.conf / "folder" / "__pycache__").mkdir()
    readings.read(small, "folder")
    assert readings.count == 1
    (small.conf / "folder" / "second").write_text("")
    assert readings.read(small, "folder") == "__pycache__, inside, second"
    (small.conf / "folder" / "inside").unlink()
    assert readings.read(small, "folder") == "__pycache__, second"


def test_what_was_changed_just_now_is_read_again(tmp_path: Path, readings: Readings) -> None:
    """Within a step of the file system's clock, a second change would look like the first."""
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "one").write_text("one")
    young = Checkout(tmp_path)
    assert time.time_ns() - (tmp_path / "conf" / "one").stat().st_mtime_ns < YOUNG_NS
    readings.read(young, "one")
    readings.read(young, "one")
    assert readings.count == 2


def test_errors_are_not_kept(small: Checkout, readings: Readings) -> None:
    """Nor is a file that was not there."""
    with pytest.raises(UsageError):
        readings.read(small, "missing")
    (small.conf / "missing").write_text("here")
    assert readings.read(small, "missing") == "here"


def test_the_documents_of_a_checkout_are_kept(copied: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same object is handed out as long as no file of it is touched."""
    later(monkeypatch)
    read: list[Callable[[], object]] = [
        lambda: read_params(copied),
        lambda: read_trust(copied),
        lambda: find_environment(copied, "sklearn-1.9"),
        lambda: find_environment(copied, "control"),
        lambda: source_sha256(copied),
    ]
    assert [reading() is reading() for reading in read] == [True] * len(read)


def test_every_file_that_a_document_is_read_from_counts(copied: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not params.yaml alone, but the names in conf/; not the lock alone, but its sources and the base."""
    later(monkeypatch)
    params, environment = read_params(copied), find_environment(copied, "sklearn-1.9")
    (copied.conf / "model" / f"{params.models[0]}.yaml").unlink()
    with pytest.raises(UsageError, match="unknown model"):
        read_params(copied)
    base = copied.docker / "base.yaml"
    base.write_text(base.read_text() + "\n")
    assert find_environment(copied, "sklearn-1.9") is not environment
    source = copied.docker / "sklearn-1.9" / "environment.yml"
    source.write_text(source.read_text() + "# changed\n")
    with pytest.raises(LockError, match="is stale"):
        find_environment(copied, "sklearn-1.9")
    digest = source_sha256(copied)
    (copied.source / "builder" / "new.py").write_text("")
    assert source_sha256(copied) != digest

"""dvc.lock is not written for every stage, and what could not be written is not lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.rebuild.dvc.repository import DvcRepository
from remodel.rebuild.records import PAUSE_SECONDS, SHARE, Batch


class Clock:
    """A clock that stands still until it is told."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_first_is_written_at_once_and_a_burst_together() -> None:
    """Then not for a while: a kill loses a second."""
    clock = Clock()
    batch = Batch(clock)
    assert batch.due_in() is None
    batch.names.append("a")
    assert batch.due_in() == 0
    with batch.writing() as names:
        assert names == ["a"]
    batch.names += ["b", "c"]
    assert batch.due_in() == PAUSE_SECONDS
    clock.now += PAUSE_SECONDS
    assert batch.due_in() == 0
    with batch.writing() as names:
        assert names == ["b", "c"]
    assert batch.due_in() is None


def test_the_longer_a_write_takes_the_fewer_there_are() -> None:
    """With thousands of stages it must not be what a rebuild is busy with."""
    clock = Clock()
    batch = Batch(clock)
    batch.names.append("a")
    with batch.writing():
        clock.now += 0.5
    batch.names.append("b")
    assert batch.due_in() == 0.5 * SHARE


def test_what_could_not_be_written_is_written_the_next_time() -> None:
    """A full disk loses no entry."""
    batch = Batch(Clock())
    batch.names.append("a")
    with pytest.raises(OSError, match="full"), batch.writing():
        raise OSError("full")
    assert batch.names == ["a"]
    assert batch.due_in() == 0


PIPELINE = """
stages:
  snapshot:
    matrix:
      dataset: [iris, wine]
    cmd: python -m remodel stage snapshot ${item.dataset}
    deps: [conf]
    outs: ["data/${item.dataset}"]
  recipes:
    cmd: python -m remodel stage recipes
    deps: [conf, data]
    outs: [recipes]
  train:
    matrix:
      model: [m, n, o]
      environment: [old, new]
    cmd: python -m remodel stage train ${item.model} ${item.environment}
    deps: [recipes]
    outs: ["models/${item.model}/${item.environment}"]
  compare:
    cmd: python -m remodel stage compare
    deps: [models]
    outs: [reports]
  own:
    cmd: cat recipes/out > own.txt
    deps: [recipes]
    outs: [own.txt]
  aside:
    cmd: cat recipes/out > aside.txt
    deps: [recipes]
    outs: [aside.txt]
  package:
    cmd: python -m remodel stage package
    deps: [models, own.txt]
    outs: [release]
"""
"""The shape of the real one, and two stages in the middle that are not ours: one is needed, the other runs last."""


@pytest.fixture
def pipeline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Checkout]:
    """A checkout with that pipeline, without git, in which nothing is built."""
    root = tmp_path / "pipeline"
    for name in (".dvc", "conf"):
        (root / name).mkdir(parents=True)
    (root / ".dvc" / "config").write_text("[core]\n    no_scm = True\n    analytics = false\n")
    (root / "conf" / "file").write_text("conf")
    (root / "dvc.yaml").write_text(PIPELINE)
    monkeypatch.chdir(root)
    yield Checkout(root)


def test_what_a_stage_has_written_is_looked_at_again(pipeline: Checkout) -> None:
    """And only that: everything else is as it was seen before."""
    repository = DvcRepository(pipeline, lambda line: None)
    (pipeline.root / "data" / "iris").mkdir(parents=True)
    (pipeline.root / "data" / "iris" / "out").write_text("before")
    assert not repository.fetch("recipes")
    seen = {str(Path(path).relative_to(pipeline.root)) for path in repository._seen}
    assert seen == {"conf", "data"}
    (pipeline.root / "data" / "iris" / "out").write_text("after")
    repository.record("snapshot@iris")
    assert {Path(path).name for path in repository._seen} == {"conf"}

"""A full disk: one line, exit code 7, nothing half-written taken for a result, and on it goes once there is space."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.containers.cli.project import Project

TRAIN = ("dataset=iris", "seed=1")
ADVICE = "ree some space"


def fill(folder: Path, left: int) -> Path:
    """Fill the file system of `folder` up to about `left` bytes; the file to remove."""
    filler = folder / ".filler"
    with filler.open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(b"x" * 4096)
        except OSError:
            pass
        stream.truncate(max(0, stream.tell() - left))
    return filler


@pytest.mark.parametrize("left", [0, 8, 24, 40], ids="{}k".format)
def test_no_space_for_a_jobs_files(project: Project, mount: Callable[..., None], left: int) -> None:
    """Wherever it runs out, on the host or inside the container."""
    before, state = project.results(), project.root / ".remodel"
    mount(state, "-t", "tmpfs", "-o", "size=1m", "tmpfs")
    filler = fill(state, left * 1024)
    project.train(*TRAIN).refused(7, "No space left on device", ADVICE)
    assert project.results() == before
    assert project.scratch() == []
    filler.unlink()
    project.train(*TRAIN).done()


def test_no_space_for_an_experiment(project: Project, mount: Callable[..., None]) -> None:
    """A result that cannot be copied to its place is not there at all."""
    experiments = project.root / "experiments"
    mount(experiments, "-t", "tmpfs", "-o", "size=256k", "tmpfs")
    filler = fill(experiments, 16 * 1024)
    project.train(*TRAIN).refused(7, "cannot write", "No space left on device", ADVICE)
    assert [path for path in experiments.rglob("*") if path.is_file()] == [filler]
    assert not list(experiments.rglob(".unfinished*"))
    filler.unlink()
    project.train(*TRAIN).done()


@pytest.mark.parametrize("name", ["models", ".dvc/cache"])
def test_no_space_for_the_pipeline(project: Project, mount: Callable[..., None], name: str) -> None:
    """Neither for the models nor for DVC's own copies: dvc.lock ends as without it."""
    before, lock = project.results(), project.lock
    project.forget_model()
    mount(project.root / name, "-t", "tmpfs", "-o", "size=1m", "tmpfs")
    filler = fill(project.root / name, 8 * 1024)
    project.repro().refused(7, "No space left on device")
    filler.unlink()
    project.repro().done()
    rebuilt = project.results()
    assert {name: before[name] for name in rebuilt} == rebuilt
    assert project.lock == lock

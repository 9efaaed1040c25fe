"""Folders that cannot be written: root may write everywhere, so these are mounted read-only."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

from tests.containers.cli.project import Project

READ_ONLY = "Read-only file system"


def read_only(project: Project, mount: Callable[..., None], name: str) -> Callable[[], object]:
    """Make one folder of the project read-only; returns what makes it writable."""
    folder = project.root / name
    mount(folder, "--bind", str(folder))

    def remount(how: str) -> object:
        return subprocess.run(["mount", "-o", f"remount,bind,{how}", str(folder)], check=True)

    remount("ro")
    return lambda: remount("rw")


@pytest.mark.parametrize("name", ["experiments", ".remodel"])
def test_an_experiment_that_cannot_be_written(project: Project, mount: Callable[..., None], name: str) -> None:
    """Exit code 7 and the folder; writable again, the same command builds it."""
    before = project.results()
    mend = read_only(project, mount, name)
    project.train("dataset=iris", "seed=1").refused(7, "cannot ", f"{project.root}/{name}", READ_ONLY)
    assert project.results() == before
    mend()
    project.train("dataset=iris", "seed=1").done()


def test_a_pipeline_whose_output_cannot_be_written(project: Project, mount: Callable[..., None]) -> None:
    """`remodel repro` says which file system is read-only, and goes on when it no longer is."""
    project.edit(f"conf/model/{project.model}.yaml", "repeated_5x3", "stratified_5")
    before = project.results()
    mend = read_only(project, mount, "models")
    project.repro().refused(7, READ_ONLY)
    after = project.results()
    assert {name: sha for name, sha in after.items() if name.startswith("models")} == {
        name: sha for name, sha in before.items() if name.startswith("models")
    }
    mend()
    project.repro().done()

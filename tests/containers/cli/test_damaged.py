"""Damaged files of the project's own: made again where they are volatile, named or restored where they are not."""

from __future__ import annotations

import shutil

import pytest

from tests.containers.cli.project import Project


@pytest.mark.parametrize("name", ["schema.json", "folds/repeated_5x3.json", "data.parquet"])
def test_a_damaged_snapshot_is_restored(project: Project, name: str) -> None:
    """`remodel repro` puts back what dvc.lock pins; `python -m train` does not build on the damaged file."""
    before, lock = project.results(), project.lock
    (project.root / "data" / "iris" / name).write_bytes(b"")
    assert "built before, from the same recipe" in project.train(f"model={project.model}").out
    project.run("remodel", "stage", "recipes").refused(3, "the snapshot of dataset 'iris' is missing or out of date")
    project.repro().done()
    assert project.results() == before
    assert project.lock == lock


def test_a_deleted_result_is_restored(project: Project) -> None:
    """A stage that needs it names it; `remodel repro` puts it back."""
    before, lock = project.results(), project.lock
    (project.root / "models" / project.model / "sklearn-1.9" / "result.json").unlink()
    for stage in ("compare", "package"):
        project.run("remodel", "stage", stage).refused(7, "sklearn-1.9/result.json is missing. Build it again")
    project.repro().done()
    assert project.results() == before
    assert project.lock == lock


def test_garbage_in_the_volatile_state_is_no_harm(project: Project) -> None:
    """Logs, records, phases, snapshots and scratch folders are written anew; those of dead processes are removed."""
    state = project.root / ".remodel"
    for name in ("phases.json", f"builds/{project.model}@sklearn-1.9.json", "logs/recipes.log", "hydra/x", "junk"):
        (state / name).parent.mkdir(parents=True, exist_ok=True)
        (state / name).write_bytes(b"\x00garbage")
    for name in ("4194305-gone", "99999999999999999999-gone", "junk-gone"):
        (state / "scratch" / name / "in").mkdir(parents=True)
    for path in state.glob("snapshots/*/schema.json"):
        path.write_text("[]")
    project.train("dataset=iris", "cv.n_splits=4").done()
    assert project.scratch() == []
    for path in state.glob("snapshots/*/schema.json"):
        path.write_text("[]")
    project.train("dataset=iris", "cv.n_splits=4", "seed=1").done()
    project.repro().done()


@pytest.mark.parametrize("name", [".remodel", ".remodel/scratch", ".remodel/logs"])
def test_a_file_where_a_folder_should_be(project: Project, name: str) -> None:
    """Named, with what to do; with the file gone, the command goes through."""
    path = project.root / name
    shutil.rmtree(path, ignore_errors=True)
    path.write_text("in the way")
    project.train("dataset=iris", "seed=1").refused(7, name, "Something else has that name: remove it")
    path.unlink()
    project.train("dataset=iris", "seed=1").done()


def test_a_damaged_neighbour_is_named(project: Project) -> None:
    """An experiment that cannot be read is not compared with in silence; what was just built stays."""
    (neighbour,) = project.root.glob("experiments/iris-scale-logreg/*/*/manifest.json")
    neighbour.write_text("{}")
    project.train("dataset=iris", "seed=1").refused(7, f"{neighbour} is no manifest", "Delete its folder")
    shutil.rmtree(neighbour.parent)
    assert "built before" in project.train("dataset=iris", "seed=1").out

"""A lock that is not what its sources and its header say is not built from."""

from __future__ import annotations

import pytest

from tests.containers.cli.project import Project

LOCK, SOURCE = "docker/sklearn-1.9/conda-lock.yml", "docker/sklearn-1.9/environment.yml"

BAD = [
    (
        LOCK,
        "version: 2.",
        "version: 3.",
        ("was edited by hand", "Restore it (git checkout ", "remodel environment lock sklearn-1.9"),
    ),
    (LOCK, "# lock sha256: ", "# ", (LOCK, "has no line '# lock sha256: ...'. Lock again: ")),
    (SOURCE, "scikit-learn", "scikit-learm", ("is stale: environment.yml has sha256", "lock sklearn-1.9")),
    (
        "environment.yml",
        "dependencies",
        "# dependencies",
        ("is stale: environment.yml", "remodel environment lock control"),
    ),
]


@pytest.mark.parametrize(("name", "old", "new", "messages"), BAD)
def test_a_lock_that_does_not_fit_is_refused(
    project: Project, name: str, old: str, new: str, messages: tuple[str, ...]
) -> None:
    """Exit code 6, with the command that makes the lock again; nothing is rebuilt, before or after it is mended."""
    before, lock = project.results(), project.lock
    mend = project.edit(name, old, new)
    project.repro().refused(6, *messages)
    assert project.results() == before
    mend()
    project.repro().done()
    assert project.results() == before
    assert project.lock == lock


def test_a_missing_lock_is_named(project: Project) -> None:
    """The command that makes it is in the line."""
    (project.root / LOCK).unlink()
    project.train("dataset=iris").refused(
        6, f"{LOCK} is missing. Lock again: python -m remodel environment lock sklearn-1.9"
    )

"""The lock that is committed is of the source that is committed: the acid test's most common failure, said at once."""

from __future__ import annotations

from dvc.repo import Repo

from remodel.checkout import Checkout

OURS = ("src/", "conf/", "docker/")
"""Where files are that git has; others are made by stages."""


def test_dvc_lock_names_the_files_as_they_are(checkout: Checkout) -> None:
    """Whoever changes what a stage reads rebuilds, and commits dvc.lock with it."""
    with Repo(str(checkout.root)) as repo:
        own = [dep for stage in repo.index.stages for dep in stage.deps if dep.def_path.startswith(OURS)]
        stale = sorted({dep.def_path for dep in own if dep.changed_checksum()})
    assert len(own) > 10
    assert stale == [], "run: remodel rebuild"

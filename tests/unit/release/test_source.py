"""A release names a commit: nothing in the work tree may differ from it, but for earlier releases."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from remodel.errors import UsageError
from remodel.release.contents.source import clean_commit


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository with one commit."""
    (tmp_path / "params.yaml").write_text("models: []\n")
    identity = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.org")
    for words in (("init", "-q"), ("add", "."), (*identity, "commit", "-qm", "first")):
        subprocess.run(["git", "-C", tmp_path, *words], check=True)
    return tmp_path


def test_a_release_in_the_work_tree_is_not_in_its_way(repository: Path) -> None:
    """The second release would otherwise be refused because of the first."""
    commit = clean_commit(repository)
    blobs = repository / "out" / "1.0 beta" / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    (blobs / "00").write_bytes(b"content")
    (blobs.parent.parent / "oci-layout").write_text("{}")
    assert clean_commit(repository) == commit


@pytest.mark.parametrize("name", ["conf.yaml", "out/blobs/sha256/00", "params.yaml"])
def test_anything_else_is(repository: Path, name: str) -> None:
    """A file that nobody committed may be read by a build, and a changed one is not the commit's."""
    path = repository / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("other")
    with pytest.raises(UsageError, match=f"the work tree is not what the commit says: {name}"):
        clean_commit(repository)

"""A dataset's own file is the one that its YAML file pins, or a line names both digests and the ways on."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from remodel.builds import data_file
from remodel.builds.data_file import check_data_file, remembered_sha256
from remodel.checkout import Checkout
from remodel.errors import DataError, StorageError

ROWS = b"age,churned\n1,yes\n2,no\n"
PINNED = hashlib.sha256(ROWS).hexdigest()

MINE = f"""name: other
file: rows/mine.csv
sha256: {PINNED}
target: churned
columns: {{age: numeric}}
"""


@pytest.fixture
def mine(tmp_path: Path) -> Checkout:
    """A checkout with one dataset, of a user's own file, which is the pinned one."""
    for folder in ("conf/dataset", "rows"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "conf" / "dataset" / "mine.yaml").write_text(MINE)
    (tmp_path / "rows" / "mine.csv").write_bytes(ROWS)
    check_data_file(Checkout(tmp_path), "mine")
    return Checkout(tmp_path)


@pytest.fixture
def remembers(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every file is old enough to be remembered; those that are hashed are collected."""
    hashed: list[Path] = []
    monkeypatch.setattr(data_file, "YOUNG_NS", -1)
    hash_file = data_file.sha256_file
    monkeypatch.setattr(data_file, "sha256_file", lambda path: hashed.append(path) or hash_file(path))
    return hashed


def refusal(checkout: Checkout) -> str:
    """The one line."""
    with pytest.raises(DataError) as caught:
        check_data_file(checkout, "mine")
    assert "\n" not in str(caught.value)
    assert "Put the old file back, or, if the change is meant, run: remodel dataset accept mine" in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("content", [ROWS + b"3,yes\n", ROWS[:-4], b""], ids=["replaced", "truncated", "empty"])
def test_another_file_is_told_with_both_digests(mine: Checkout, content: bytes) -> None:
    """The YAML file is named by its own name, whatever the dataset in it is called."""
    (mine.root / "rows" / "mine.csv").write_bytes(content)
    there = hashlib.sha256(content).hexdigest()
    assert f"rows/mine.csv has sha256 {there}, expected {PINNED} as conf/dataset/mine.yaml pins it" in refusal(mine)


def test_a_missing_file_is_told_with_the_digest_to_look_for(mine: Checkout) -> None:
    """Nobody knows where it is, but what it is."""
    (mine.root / "rows" / "mine.csv").unlink()
    assert f"the file rows/mine.csv does not exist, conf/dataset/mine.yaml pins one with sha256 {PINNED}" in refusal(
        mine
    )


def test_a_folder_is_no_file(mine: Checkout) -> None:
    """A data set of many files has been unpacked in its place."""
    (mine.root / "rows" / "mine.csv").unlink()
    (mine.root / "rows" / "mine.csv").mkdir()
    assert "the file rows/mine.csv is a folder, " in refusal(mine)


def test_a_file_is_hashed_once(mine: Checkout, remembers: list[Path]) -> None:
    """It may be large; any touch has it hashed again."""
    path = mine.root / "rows" / "mine.csv"
    for _ in range(3):
        assert remembered_sha256(mine, path) == PINNED
    assert len(remembers) == 1
    os.utime(path)
    assert remembered_sha256(mine, path) == PINNED
    assert len(remembers) == 2


def test_a_file_with_the_old_times_and_size_is_another_one(mine: Checkout, remembers: list[Path]) -> None:
    """Copied over it with its times kept, or moved to its place."""
    path = mine.root / "rows" / "mine.csv"
    assert remembered_sha256(mine, path) == PINNED
    times = path.stat()
    changed = ROWS.replace(b"2,no", b"7,no")
    path.write_bytes(changed)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert remembered_sha256(mine, path) == hashlib.sha256(changed).hexdigest()


def test_a_file_that_changed_this_moment_is_not_remembered(mine: Checkout) -> None:
    """The next change could have the same time."""
    path = mine.root / "rows" / "mine.csv"
    path.write_bytes(ROWS)
    remembered_sha256(mine, path)
    assert not list((mine.state / "digests").glob("*"))


def test_a_damaged_memory_is_no_memory(mine: Checkout, remembers: list[Path]) -> None:
    """The file is hashed again."""
    path = mine.root / "rows" / "mine.csv"
    remembered_sha256(mine, path)
    (memory,) = (mine.state / "digests").iterdir()
    for text in ("{", "[]", "{}"):
        memory.write_text(text)
        assert remembered_sha256(mine, path) == PINNED


def test_a_file_that_cannot_be_read_is_told(mine: Checkout) -> None:
    """In one line."""
    with pytest.raises(StorageError, match=r"cannot read .*: No such file"):
        remembered_sha256(mine, mine.root / "rows" / "gone.csv")

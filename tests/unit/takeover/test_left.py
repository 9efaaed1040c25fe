"""Files are taken out of a folder that somebody else still changes: the honest bytes, or an error of ours."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from remodel.errors import BuildError
from remodel.takeover import documents
from remodel.takeover.left import opened
from remodel.takeover.logs import CUT, LARGEST, last_line, new_log, take_log
from remodel.takeover.removal import remove_folder

SECRET, HONEST = b"secret" * 1000, b"honest" * 1000


ROUNDS, MOST = 3000, 300_000
"""How often a file is taken: on a busy machine until both were seen, its own bytes and an error."""


@contextmanager
def swapping(folder: Path, name: str, secret: Path) -> Iterator[None]:
    """A thread puts a link, a FIFO, a folder and the file in each other's place, as fast as it can."""
    over = threading.Event()

    def swap() -> None:
        while not over.is_set():
            (folder / "a").symlink_to(secret)
            (folder / "a").replace(folder / name)
            os.mkfifo(folder / "b")
            (folder / "b").replace(folder / name)
            (folder / name).unlink()
            (folder / name).mkdir()
            (folder / name).rmdir()
            (folder / "c").write_bytes(HONEST)
            (folder / "c").replace(folder / name)

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@pytest.mark.attack("results")
def test_whoever_swaps_a_file_while_it_is_taken_gains_nothing(tmp_path: Path) -> None:
    """A name that is a file in one moment and a link in the next gives its own bytes or an error, never those behind
    the link."""
    secret, folder = tmp_path / "secret", tmp_path / "out"
    secret.write_bytes(SECRET)
    folder.mkdir()
    (folder / "x").write_bytes(HONEST)
    taken = refused = 0
    with swapping(folder, "x", secret), opened("job", folder) as left:
        for number in range(MOST):
            if number >= ROUNDS and taken and refused:
                break
            copy = tmp_path / f"copy{number}"
            try:
                left.copy("x", copy, 1 << 20)
            except BuildError:
                refused += 1
            else:
                taken += 1
                assert copy.read_bytes() == HONEST
            copy.unlink(missing_ok=True)
    assert taken and refused


@pytest.mark.attack("results")
def test_whoever_swaps_a_folder_while_it_is_removed_gains_nothing(tmp_path: Path) -> None:
    """A folder that becomes a link while it is removed: what is behind the link stays."""
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("kept")
    over = threading.Event()

    def swap() -> None:
        while not over.is_set():
            try:
                (tmp_path / "link").symlink_to(kept)
                (tmp_path / "link").replace(tmp_path / "out" / "x")
                (tmp_path / "out" / "x").unlink()
                (tmp_path / "out" / "x").mkdir()
            except OSError:
                (tmp_path / "link").unlink(missing_ok=True)

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        for _ in range(2000):
            (tmp_path / "out").mkdir(exist_ok=True)
            remove_folder(tmp_path / "out")
    finally:
        over.set()
        thread.join()
    assert (kept / "file").read_text() == "kept"


def test_a_folder_deeper_than_any_stack_is_removed(tmp_path: Path) -> None:
    """With names in it that the removal itself would use, folders without rights, links and FIFOs."""
    top = tmp_path / "top"
    top.mkdir()
    at = os.open(top, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("d", dir_fd=at)
        os.symlink(tmp_path, "l", dir_fd=at)
        below = os.open("d", os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.close(at)
    (top / ".removed-1" / "closed").mkdir(parents=True)
    (top / ".removed-1" / "closed").chmod(0)
    (top / ".removed-2").write_text("")
    os.mkfifo(top / "fifo")
    remove_folder(top)
    assert list(tmp_path.iterdir()) == []


def test_a_link_that_is_to_be_removed_is_a_link(tmp_path: Path) -> None:
    """What it leads to stays."""
    (tmp_path / "kept").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "kept")
    remove_folder(tmp_path / "link")
    remove_folder(tmp_path / "nothing")
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_a_log_has_an_end(tmp_path: Path) -> None:
    """64 MiB, and then a line that says so."""
    log = tmp_path / "log"
    with new_log(log) as write:
        for _ in range(LARGEST // 1000):
            write("x" * 1500)
    assert log.stat().st_size < LARGEST + 1000
    assert last_line(log) == CUT
    assert last_line(tmp_path / "none") == ""


def test_an_older_log_does_not_speak_for_a_build_without_one(tmp_path: Path) -> None:
    """Its last line would be told as this build's error."""
    (tmp_path / "out").mkdir()
    (tmp_path / "kept.log").write_text("the last build's\n")
    with opened("job", tmp_path / "out") as left:
        take_log(left, "log", tmp_path / "kept.log")
    assert not (tmp_path / "kept.log").exists()


RECORD = {
    "cpu": {"model": "x", "flags_sha256": "0" * 64},
    "interpreter": "3.13.1",
    "peak_memory": 1,
    "platform": "Linux",
    "seconds": {"fit": 0.5},
}
MEASUREMENT = dict.fromkeys(("load_seconds", "first_load_seconds", "one_row_seconds", "all_rows_seconds"), 0.1) | {
    "rows": 1,
    "peak_memory": 1,
    "peak_memory_added": 0,
}
ANSWERS = {"iris": {"skops": {"labels": ["a"], "probabilities": [[1.0]]}}}


@pytest.mark.parametrize(
    ("kind", "valid", "invalid"),
    [
        ("record", RECORD, {**RECORD, "seconds": {"fit": -1}}),
        ("record", {**RECORD, "onnx": {"difference": 1e-9}}, {**RECORD, "engine": {}}),
        ("measurement", MEASUREMENT, {**MEASUREMENT, "load_seconds": "quick"}),
        ("answers", ANSWERS, {"iris": {"onnx": ANSWERS["iris"]["skops"]}}),
        ("answers", {}, {"../x": ANSWERS["iris"]}),
    ],
)
def test_documents_without_a_version_have_a_schema_too(tmp_path: Path, kind: str, valid: dict, invalid: dict) -> None:
    """What a run says of itself, of a measurement, of examples."""
    with opened("job", tmp_path) as left:
        content = str(valid).replace("'", '"').encode()
        assert documents.check(left, "x.json", kind, content) == valid
        with pytest.raises(BuildError, match=f"left no valid {kind} in x.json"):
            documents.check(left, "x.json", kind, str(invalid).replace("'", '"').encode())

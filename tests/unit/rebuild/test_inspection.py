"""What DVC takes for granted of its cache and of files that look the same: on a real DVC repository without git."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.errors import RemodelError
from remodel.rebuild.dvc.repository import DvcRepository

PIPELINE = """
stages:
  first:
    cmd: python -m remodel stage recipes
    deps: [conf]
    outs: [recipes]
  second:
    cmd: python -m remodel stage compare
    deps: [recipes]
    outs: [report.txt]
"""


@pytest.fixture
def said() -> list[str]:
    """What the user was told."""
    return []


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: list[str]) -> Checkout:
    """A checkout whose two stages have run and are in DVC's caches and in dvc.lock."""
    root = tmp_path / "store"
    for name in (".dvc", "conf", "recipes"):
        (root / name).mkdir(parents=True)
    (root / ".dvc" / "config").write_text("[core]\n    no_scm = True\n    analytics = false\n")
    (root / "dvc.yaml").write_text(PIPELINE)
    (root / "conf" / "file").write_text("conf")
    (root / "recipes" / "a.json").write_text("recipe a")
    (root / "recipes" / "b.json").write_text("recipe b")
    (root / "report.txt").write_text("report")
    monkeypatch.chdir(root)
    with opened(Checkout(root), said) as repository:
        for name in ("first", "second"):
            repository._save_deps(repository._stages[name])
            repository.record(name)
        repository.write_lock(["first", "second"], [], lambda names: None)
        repository.save_inspection()
    return Checkout(root)


@contextlib.contextmanager
def opened(checkout: Checkout, said: list[str]) -> Iterator[DvcRepository]:
    """The repository of a checkout as a command of its own sees it."""
    repository = DvcRepository(checkout, said.append)
    try:
        yield repository
    finally:
        repository._repo.close()


def flip(path: Path) -> None:
    """Change one byte; number, size, mode and time stay."""
    before = path.stat()
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[0] ^= 1
    with path.open("r+b") as stream:
        stream.write(content)
    path.chmod(before.st_mode & 0o7777)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (after.st_ino, after.st_size, after.st_mtime_ns) == (before.st_ino, before.st_size, before.st_mtime_ns)


def empty(path: Path) -> None:
    """Leave nothing of a file; its mode and time stay."""
    before = path.stat()
    path.chmod(0o644)
    os.truncate(path, 0)
    path.chmod(before.st_mode & 0o7777)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def changed(checkout: Checkout, said: list[str]) -> set[str]:
    """The stages that a rebuild which starts now would take for changed."""
    with opened(checkout, said) as repository:
        repository.inspect()
        with repository.locked():
            return {name for name in repository.order if repository.is_changed(name)}


def objects(checkout: Checkout, suffix: str = "") -> list[Path]:
    """The objects of DVC's cache; with a suffix, those of folders."""
    paths = (checkout.root / ".dvc" / "cache" / "files").rglob("*")
    return sorted(path for path in paths if path.is_file() and path.name.endswith(".dir") == bool(suffix))


def content_of(checkout: Checkout, content: bytes) -> Path:
    """The object of the cache that holds this."""
    (path,) = [path for path in objects(checkout) if path.read_bytes() == content]
    return path


def test_what_is_whole_is_not_changed(recorded: Checkout, said: list[str]) -> None:
    """And is read once: the next look is by the times alone."""
    assert changed(recorded, said) == set()
    known = json.loads((recorded.state / "rebuild" / "inspected.json").read_text())["files"]
    assert {str(Path(path).relative_to(recorded.root)) for path in known if ".dvc" not in path} == {
        "conf/file",
        "recipes/a.json",
        "recipes/b.json",
        "report.txt",
    }
    assert len(known) == 4 + len(objects(recorded)) + len(objects(recorded, ".dir"))
    assert said == []


@pytest.mark.attack("store")
@pytest.mark.parametrize(
    ("name", "stages"),
    [
        pytest.param("recipes/a.json", {"first", "second"}, id="a file of a folder that a stage wrote"),
        pytest.param("report.txt", {"second"}, id="a file that a stage wrote"),
        pytest.param("conf/file", {"first"}, id="a file that a stage reads"),
    ],
)
def test_a_flipped_byte_with_its_time_kept_is_seen(
    recorded: Checkout, said: list[str], name: str, stages: set[str]
) -> None:
    """A byte that is changed in a file, with the file's time set back, is seen by the next rebuild."""
    assert changed(recorded, said) == set()
    flip(recorded.root / name)
    assert changed(recorded, said) == stages
    assert changed(recorded, said) == stages


@pytest.mark.attack("store")
@pytest.mark.parametrize("damage", [flip, empty])
@pytest.mark.parametrize("kind", ["file", "file of a folder", "listing of a folder"])
def test_a_damaged_object_is_removed(
    recorded: Checkout, said: list[str], kind: str, damage: Callable[[Path], None]
) -> None:
    """A damaged object of DVC's cache is removed with one line, and its stage is not taken for up to date."""
    which = {
        "file": lambda: (content_of(recorded, b"report"), {"second"}),
        "file of a folder": lambda: (content_of(recorded, b"recipe a"), {"first"}),
        "listing of a folder": lambda: (objects(recorded, ".dir")[0], {"first"}),
    }
    path, stages = which[kind]()
    assert changed(recorded, said) == set()
    damage(path)
    assert changed(recorded, said) == stages
    assert said == [f"removed {path}: it is damaged, and is built again where it is needed"]
    assert not path.exists()


@pytest.mark.attack("store")
@pytest.mark.parametrize("damage", [flip, empty])
def test_a_damaged_object_is_not_fetched(recorded: Checkout, said: list[str], damage: Callable[[Path], None]) -> None:
    """What is taken from DVC's cache is read first: a damaged object never becomes a result."""
    path = content_of(recorded, b"recipe b")
    with opened(recorded, said) as repository:
        repository.inspect()
        damage(path)
        (recorded.root / "recipes" / "a.json").unlink()
        with repository.locked():
            assert not repository.fetch("first")
    assert said == [f"removed {path}: it is damaged, and is built again where it is needed"]
    assert not (recorded.root / "recipes").exists()


@pytest.mark.attack("store")
def test_a_damaged_object_of_a_remote_is_not_fetched(recorded: Checkout, said: list[str], tmp_path: Path) -> None:
    """What others have pushed is read before it becomes a result, too."""
    remote = tmp_path / "remote"
    config = recorded.root / ".dvc" / "config"
    config.write_text(f"[core]\n    no_scm = True\n    remote = there\n['remote \"there\"']\n    url = {remote}\n")
    subprocess.run([sys.executable, "-m", "dvc", "push", "-q", "--run-cache"], cwd=recorded.root, check=True)
    (pushed,) = [path for path in remote.rglob("*") if path.is_file() and path.read_bytes() == b"recipe b"]
    flip(pushed)
    for path in (*objects(recorded), *objects(recorded, ".dir")):
        path.unlink()
    with opened(recorded, said) as repository:
        repository.inspect()
        with repository.locked():
            assert repository.fetch("second")
            assert not repository.fetch("first")
    assert len(said) == 1 and said[0].startswith("removed ")
    assert (recorded.root / "report.txt").read_text() == "report"
    assert not (recorded.root / "recipes").exists()


def test_what_is_whole_is_fetched(recorded: Checkout, said: list[str]) -> None:
    """From the cache, by what dvc.lock says."""
    (recorded.root / "recipes" / "a.json").unlink()
    with opened(recorded, said) as repository:
        repository.inspect()
        with repository.locked():
            assert repository.fetch("first")
    assert (recorded.root / "recipes" / "a.json").read_text() == "recipe a"
    assert said == []


@pytest.mark.parametrize("content", [b"", b"[]", b'{"version": 1}', b'{"version": 1, "files": 7}', b"\xff"])
def test_without_its_memory_all_is_read(recorded: Checkout, said: list[str], content: bytes) -> None:
    """A damaged memory of what was read costs one reading, and hides nothing."""
    (recorded.state / "rebuild" / "inspected.json").write_bytes(content)
    flip(recorded.root / "report.txt")
    assert changed(recorded, said) == {"second"}


def test_an_object_that_cannot_be_removed_is_named(
    recorded: Checkout, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line, as for any file."""
    flip(content_of(recorded, b"report"))

    def refused(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "unlink", refused)
    with pytest.raises(RemodelError, match=r"cannot remove .*: Permission denied"):
        changed(recorded, said)

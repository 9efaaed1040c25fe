"""Whether anything was touched: every file that a stage reads or writes counts, and the cache's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.rebuild.settled import Known, forget, remember, untouched

STAGE = Known("compare", "python -m remodel stage compare", True, True, ("train@a-old",))


@pytest.fixture
def settled(tmp_path: Path) -> Checkout:
    """A checkout in which all is up to date."""
    (tmp_path / "models" / "a").mkdir(parents=True)
    (tmp_path / "models" / "a" / "file").write_text("a")
    (tmp_path / "dvc.lock").write_text("lock")
    for name in ("data/iris/data.parquet", "data/iris/folds/cv.json", "data/own.csv", ".dvc/cache/object"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a")
    cached = [str(tmp_path / ".dvc" / "cache" / "object")]
    remember(Checkout(tmp_path), [STAGE], ["models", "data", "dvc.lock", "absent"], cached)
    return Checkout(tmp_path)


def test_what_nobody_touched_is_as_it_was(settled: Checkout) -> None:
    """The stages come back as they were; after `forget` nothing is known."""
    (known,) = untouched(settled) or []
    assert known.step().name == "compare"
    assert known.step().after == ("train@a-old",)
    forget(settled)
    assert untouched(settled) is None


def flip(path: Path) -> None:
    """Other content with the same number, size and time."""
    before = path.stat()
    with path.open("r+b") as stream:
        stream.write(b"b")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


CHANGES: dict[str, Callable[[Path], object]] = {
    "content with its time kept": lambda root: flip(root / "models" / "a" / "file"),
    "cache with its time kept": lambda root: flip(root / ".dvc" / "cache" / "object"),
    "snapshot with its time kept": lambda root: flip(root / "data" / "iris" / "data.parquet"),
    "folds with their time kept": lambda root: flip(root / "data" / "iris" / "folds" / "cv.json"),
    "own data with its time kept": lambda root: flip(root / "data" / "own.csv"),
    "content": lambda root: (root / "models" / "a" / "file").write_text("b"),
    "new file": lambda root: (root / "models" / "a" / "more").write_text("b"),
    "gone": lambda root: (root / "dvc.lock").unlink(),
    "appeared": lambda root: (root / "absent").write_text("now"),
    "damaged": lambda root: (root / ".remodel" / "rebuild" / "settled.json").write_text("{"),
}


@pytest.mark.attack("store")
@pytest.mark.parametrize("change", CHANGES)
def test_any_touch_counts(settled: Checkout, change: str) -> None:
    """A rebuild does not say that all is up to date where anything was touched, however it looks."""
    CHANGES[change](settled.root)
    assert untouched(settled) is None


def test_a_link_to_a_snapshot_is_no_touch(settled: Checkout) -> None:
    """Each build makes one: the file is read, and from then on known as it looks now."""
    path = settled.data / "iris" / "data.parquet"
    before = path.stat().st_ctime_ns
    (settled.root / "link").hardlink_to(path)
    (settled.root / "link").unlink()
    assert path.stat().st_ctime_ns != before
    assert untouched(settled)
    kept = json.loads((settled.state / "rebuild" / "settled.json").read_text())["linked"]
    assert kept["iris/data.parquet"][0] == path.stat().st_ctime_ns
    assert "own.csv" not in kept


IDLE = """
import sys
from pathlib import Path
from remodel.checkout import Checkout
from remodel.display.choose import choose_reporter
from remodel.rebuild.command import rebuild
from remodel.rebuild.plan import Request
with choose_reporter(json=True) as reporter:
    rebuild(Checkout(Path(sys.argv[1])), Request(), reporter)
print([name for name in ("dvc", "rich", "pydantic", "filelock", "networkx") if name in sys.modules])
"""


def test_a_rebuild_with_nothing_to_do_loads_nothing(settled: Checkout) -> None:
    """Neither DVC nor anything else that takes longer to load than to look at every file; it says what it found."""
    stage = replace(STAGE, after=())
    remember(settled, [stage], ["models", "dvc.lock", "absent"], ["dvc.lock"])
    done = subprocess.run([sys.executable, "-c", IDLE, str(settled.root)], capture_output=True, text=True, check=True)
    *events, loaded = done.stdout.splitlines()
    assert loaded == "[]"
    assert [json.loads(line) for line in events] == [
        {"event": "planned", "stages": ["compare"]},
        {"event": "unchanged", "stage": "compare"},
        {"event": "ended", "counts": {"unchanged": 1}},
    ]

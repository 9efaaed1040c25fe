"""Whether anything was touched: every file that a stage reads or writes counts, and the cache's."""

from __future__ import annotations

from collections.abc import Callable
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
    remember(Checkout(tmp_path), [STAGE], ["models", "dvc.lock", "absent"], ["dvc.lock"])
    return Checkout(tmp_path)


def test_what_nobody_touched_is_as_it_was(settled: Checkout) -> None:
    """The stages come back as they were; after `forget` nothing is known."""
    (known,) = untouched(settled) or []
    assert known.step().name == "compare"
    assert known.step().after == ("train@a-old",)
    forget(settled)
    assert untouched(settled) is None


CHANGES: dict[str, Callable[[Path], object]] = {
    "content": lambda root: (root / "models" / "a" / "file").write_text("b"),
    "new file": lambda root: (root / "models" / "a" / "more").write_text("b"),
    "gone": lambda root: (root / "dvc.lock").unlink(),
    "appeared": lambda root: (root / "absent").write_text("now"),
    "damaged": lambda root: (root / ".remodel" / "rebuild" / "settled.json").write_text("{"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_touch_counts(settled: Checkout, change: str) -> None:
    """Then DVC has to look."""
    CHANGES[change](settled.root)
    assert untouched(settled) is None

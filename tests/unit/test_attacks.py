"""docs/security.md lists every test that attacks."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.attacks import FAMILIES, PAGE, Tried, promises_in, with_table

ROOT = Path(__file__).resolve().parent.parent.parent

KEY = ("yaml", "A file is data")


def test_a_table_is_read_as_it_was_written() -> None:
    """What `make attacks` writes is what the check of the page reads."""
    tried = Tried(Counter({KEY: 3}), Counter({KEY: 1}))
    page = with_table(PAGE.read_text(encoding="utf-8"), tried.table())
    assert promises_in(page) == {KEY: 3}
    assert "3 attacks, 1 succeeded" in page
    assert with_table(page, tried.table()) == page


def test_the_page_lists_every_attack_and_no_other() -> None:
    """A new attack is on the page, with its family, promise and number of cases."""
    listing = "tests.attacks_listing"
    collected = subprocess.run(
        [sys.executable, "-m", "pytest", "tests", "-m", "attack", "--collect-only", "-q", "-p", listing],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    lines = [line.split("\t")[1:] for line in collected.stdout.splitlines() if line.startswith("attack\t")]
    there = Counter((family, promise) for family, promise in lines)
    assert {family for family, _ in there} <= set(FAMILIES)
    assert there == promises_in(PAGE.read_text(encoding="utf-8")), "run: make attacks"

"""The tests that attack, and the page that lists them: `make attacks` runs them and writes docs/security.md's table.

A test that attacks carries `@pytest.mark.attack(FAMILY)`; the first line of its docstring is the promise that it holds,
and each of its cases is one attack.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parent.parent / "docs" / "security.md"

BEGIN = "<!-- made by `make attacks`: do not edit -->"
END = "<!-- end -->"

FAMILY = "attack"
"""The property of a report."""

FAMILIES = {
    "results": "what comes back from a container",
    "neighbours": "one build, and the next in the same container",
    "limits": "what takes more than it may",
    "yaml": "what stands in a YAML file",
    "registry": "what a registry answers",
    "files": "models and tables that somebody else has made",
    "pickles": "pickles that somebody else has made",
    "releases": "releases that were tampered with",
    "store": "what lies on this machine's disk",
}
"""Every family of attacks, and what it stands for."""


def family_of(item: pytest.Item) -> str | None:
    """The family of a test; None where it attacks nothing."""
    mark = item.get_closest_marker("attack")
    return str(mark.args[0]) if mark else None


def promise_of(item: pytest.Item) -> str:
    """The first line of a test's docstring."""
    lines = (getattr(getattr(item, "function", None), "__doc__", None) or item.name).strip().splitlines()
    return lines[0].rstrip(".")


@dataclass
class Tried:
    """How many attacks there are for each (family, promise), how many of them did harm, and how many this machine could
    not try."""

    attacks: Counter[tuple[str, str]] = field(default_factory=Counter)
    succeeded: Counter[tuple[str, str]] = field(default_factory=Counter)
    skipped: Counter[tuple[str, str]] = field(default_factory=Counter)

    def table(self) -> str:
        """The page's table: a line a promise, the sum of each family above its promises."""
        return "\n".join(line for family in FAMILIES for line in self._lines(family))

    def _lines(self, family: str) -> Iterable[str]:
        promises = sorted(promise for of, promise in self.attacks if of == family)
        if not promises:
            return
        total = sum(self.attacks[family, promise] for promise in promises)
        through = sum(self.succeeded[family, promise] for promise in promises)
        yield f"\n### {family}: {FAMILIES[family]}\n"
        yield f"{total} attacks, {through} succeeded\n"
        yield "| promise | attacks | succeeded | not tried |"
        yield "|---|---|---|---|"
        for promise in promises:
            key = (family, promise)
            yield f"| {promise.replace('|', '/')} | {self.attacks[key]} | {self.succeeded[key]} | {self.skipped[key]} |"


class Marking:
    """The pytest plugin that tells with each report what the test attacks, from another process too."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            if family := family_of(item):
                item.user_properties.append((FAMILY, f"{family}\t{promise_of(item)}"))


class Page:
    """The pytest plugin that writes the table after a run."""

    def __init__(self) -> None:
        self._tried = Tried()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, value in report.user_properties:
            if name != FAMILY:
                continue
            family, _, promise = str(value).partition("\t")
            self._tried.attacks[family, promise] += report.when == "setup"
            self._tried.succeeded[family, promise] += report.failed
            self._tried.skipped[family, promise] += report.skipped

    def pytest_sessionfinish(self) -> None:
        PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8"), self._tried.table()), encoding="utf-8")


def with_table(page: str, table: str) -> str:
    """The page with another table."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n{table}\n\n{END}{rest.partition(END)[2]}"


def promises_in(page: str) -> Counter[tuple[str, str]]:
    """The attacks that a page lists, by (family, promise)."""
    listed: Counter[tuple[str, str]] = Counter()
    family = ""
    for line in page.partition(BEGIN)[2].partition(END)[0].splitlines():
        if line.startswith("### "):
            family = line.removeprefix("### ").partition(":")[0]
        elif line.startswith("| ") and not line.startswith("| promise"):
            promise, count, _, _ = line.strip("| ").rsplit(" | ", 3)
            listed[family, promise] = int(count)
    return listed

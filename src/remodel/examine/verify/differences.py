"""What differs between a model and its rebuild, as the container found it, and how it is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

STALE = ("$.source.", "$.environment.", "$.data.")
"""Places in a manifest that say that something else was built, and not that the same was built otherwise."""


@dataclass(frozen=True)
class PlaceDifference:
    """A place in a file, and the values there before and now; None where there is none."""

    place: str
    before: str | None
    now: str | None

    def __str__(self) -> str:
        before, now = ("nothing" if value is None else value for value in (self.before, self.now))
        return f"{self.place}: {before} in models/, {now} now"


@dataclass(frozen=True)
class FileDifferences:
    """The differences of one file, of which `more` are not listed."""

    file: str
    differences: tuple[PlaceDifference, ...]
    more: int

    def lines(self) -> Iterator[str]:
        """One line a difference."""
        yield from (f"{self.file}: {difference}" for difference in self.differences)
        if self.more:
            yield f"{self.file}: and {self.more} more"


def read_differences(document: Mapping[str, Any]) -> tuple[FileDifferences, ...]:
    """The value classes of a document of kind "differences", the model itself first: other files follow from it."""
    files = [
        FileDifferences(
            entry["file"],
            tuple(PlaceDifference(part["place"], part["left"], part["right"]) for part in entry["differences"]),
            entry["more"],
        )
        for entry in document["files"]
    ]
    return tuple(sorted(files, key=lambda entry: (not entry.file.startswith("model."), entry.file)))


def by_digest(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[FileDifferences, ...]:
    """The files whose sha256 differs, where nothing better is known of them."""
    return tuple(
        FileDifferences(name, (PlaceDifference("sha256", before.get(name), now.get(name)),), 0)
        for name in sorted({*before, *now})
        if before.get(name) != now.get(name)
    )


def is_stale(differences: Iterable[FileDifferences]) -> bool:
    """Whether the model in models/ was built from another recipe, source, lock or snapshot than the rebuild."""
    return any(
        difference.place.startswith(STALE)
        for entry in differences
        if entry.file == "manifest.json"
        for difference in entry.differences
    )

"""What only the command line of an experiment knows: the words that changed a choice, and how long the build took.

It stands in `.remodel/tried/`, by the folder of the experiment; without it the experiment is still whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from remodel.checkout import Checkout
from remodel.errors import StorageError
from remodel.files import read_json, write_json


@dataclass(frozen=True)
class Remembered:
    """`changes`: "classifier.C=100"; `seconds`: of the build, None where nobody knows."""

    changes: tuple[str, ...] = ()
    seconds: float | None = None


def file_of(checkout: Checkout, folder: Path) -> Path:
    """Where it is kept of the experiment in a folder."""
    return checkout.state / "tried" / f"{folder.parent.name}.json"


def remember(checkout: Checkout, folder: Path, changes: Sequence[str], seconds: float) -> None:
    """Keep it, the first time that the experiment was built."""
    path = file_of(checkout, folder)
    if not path.exists():
        write_json(path, asdict(Remembered(tuple(changes), round(seconds, 3))))


def recall(checkout: Checkout, folder: Path) -> Remembered:
    """What is remembered of an experiment; nothing where nothing is, or it is damaged."""
    try:
        document = read_json(file_of(checkout, folder))
        seconds = document["seconds"]
        return Remembered(tuple(map(str, document["changes"])), None if seconds is None else float(seconds))
    except (StorageError, TypeError, KeyError, ValueError):
        return Remembered()

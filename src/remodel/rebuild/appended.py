"""What an unfinished rebuild has appended to dvc.lock: what follows may have to stand before it."""

from __future__ import annotations

from collections.abc import Iterable

from remodel.checkout import Checkout
from remodel.errors import StorageError
from remodel.files import read_json, write_json


class Appended:
    """The names, on disk until a rebuild has nothing left to do. A damaged or missing file costs the order only."""

    def __init__(self, checkout: Checkout) -> None:
        self._path = checkout.state / "rebuild" / "appended.json"
        try:
            self.names: list[str] = list(read_json(self._path)) if self._path.is_file() else []
        except StorageError:
            self.names = []

    def add(self, names: Iterable[str]) -> None:
        """Remember these, before dvc.lock has them."""
        more = [name for name in names if name not in self.names]
        if more:
            self.names += more
            write_json(self._path, self.names)

    def clear(self) -> None:
        """All is done: what is in dvc.lock stays where it is."""
        self.names = []
        self._path.unlink(missing_ok=True)

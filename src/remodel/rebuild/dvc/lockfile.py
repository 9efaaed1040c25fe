"""dvc.lock, written once for many stages, in the bytes and the order in which a serial `dvc repro` leaves it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from remodel.files import write_bytes


class LockFile:
    """dvc.lock of a checkout. Its content is parsed once, and again only where somebody else has written it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._text: str | None = None
        self._data: Any = None

    def write(
        self,
        entries: dict[str, Any],
        order: Sequence[str],
        movable: Collection[str],
        remember: Callable[[list[str]], None],
    ) -> None:
        """Put these stages' entries in, whole or not at all; `remember` is told which are new, before they are there.

        An entry that is there keeps its place. New ones follow in `order`, as a serial run appends them; `movable` are
        those that an unfinished run has appended before, which the new ones may have to precede.
        """
        from dvc.utils.serialize import dumps_yaml

        data = self._read()
        stages = data.setdefault("stages", {})
        new = [name for name in entries if name not in stages]
        stages.update(entries)
        place = {name: position for position, name in enumerate(order)}
        tail = sorted({*new, *(name for name in movable if name in stages)}, key=lambda name: place.get(name, -1))
        for name in tail:
            stages[name] = stages.pop(name)
        remember(new)
        text = str(dumps_yaml(data))
        if text != self._text:
            write_bytes(self._path, text.encode())
            self._text = text

    def has(self, name: str) -> bool:
        """Whether a stage has an entry."""
        return name in self._read().get("stages", {})

    def _read(self) -> Any:
        from dvc.utils.serialize import parse_yaml_for_update

        text = self._path.read_text(encoding="utf-8") if self._path.exists() else ""
        if self._data is None or text != self._text:
            self._text, self._data = text, parse_yaml_for_update(text, str(self._path)) or {"schema": "2.0"}
        return self._data

"""What becomes of stages in DVC's records: each in the cache at once, in dvc.lock in batches. One thread's alone."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from remodel.checkout import Checkout
from remodel.errors import StorageError
from remodel.files import read_json, write_json
from remodel.interrupts import uninterrupted
from remodel.pipeline.dvc import reproduce_one
from remodel.rebuild.dvc.repository import DvcRepository

PAUSE_SECONDS = 1.0
"""dvc.lock is written at most once in so many seconds: what a kill loses of it is in the run-cache."""

SHARE = 20
"""Between two writes of dvc.lock passes so many times what the last one took: the whole file is written each time."""


class Batch:
    """The stages that are recorded and not in dvc.lock yet, and when it is worth to write them; `clock` in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.names: list[str] = []
        self._clock, self._next = clock, 0.0

    def due_in(self) -> float | None:
        """Seconds until it is time to write; None where there is nothing to write."""
        return max(0.0, self._next - self._clock()) if self.names else None

    @contextlib.contextmanager
    def writing(self) -> Iterator[list[str]]:
        """Write these now, in the block."""
        started = self._clock()
        yield self.names
        self.names = []
        ended = self._clock()
        self._next = ended + max(PAUSE_SECONDS, SHARE * (ended - started))


class Appended:
    """What an unfinished rebuild has appended to dvc.lock: what follows may have to stand before it.

    The names are on disk until a rebuild has nothing left to do. A damaged or missing file costs the order only.
    """

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


class Records:
    """DVC's records while a rebuild holds them; a context manager, at whose end dvc.lock has all that is recorded."""

    def __init__(self, checkout: Checkout, repository: DvcRepository, say: Callable[[str], None]) -> None:
        self._checkout, self._repository, self._say = checkout, repository, say
        self._appended, self._batch = Appended(checkout), Batch()
        self._asked_remote = False
        self._hold = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as hold:
            hold.enter_context(self._repository.held())
            self._repository.inspect()
            self._hold = hold.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._hold, uninterrupted():
            self.write()
            self._repository.save_inspection()

    def is_changed(self, name: str) -> bool:
        """Whether `dvc repro` would do anything for this stage now."""
        with self._repository.locked():
            return self._repository.is_changed(name)

    def fetch(self, name: str, remake: Callable[[], None] | None) -> bool:
        """Whether a stage's outputs were somewhere, and are in place and recorded now. See DvcRepository.fetch."""
        if not self._asked_remote:
            self._repository.fetch_runs()
            self._asked_remote = True
        with uninterrupted(), self._repository.locked():
            if not self._repository.fetch(name, remake):
                return False
            self.record(name)
        return True

    def clear(self, name: str) -> None:
        """Remove a stage's outputs before it runs."""
        self._repository.clear(name)

    def record(self, name: str) -> None:
        """Put what a stage has made into DVC's caches; dvc.lock follows when it is time to."""
        with uninterrupted():
            self._repository.record(name)
            self._batch.names.append(name)

    def due_in(self) -> float | None:
        """Seconds until dvc.lock should be written; None where it has everything."""
        return self._batch.due_in()

    def write_if_due(self) -> None:
        """Write dvc.lock where it is time to."""
        if self.due_in() == 0:
            self.write()

    def write(self) -> None:
        """Write what is recorded since the last time into dvc.lock."""
        if self._batch.names:
            with uninterrupted(), self._batch.writing() as names:
                self._repository.write_lock(names, self._appended.names, self._appended.add)

    def run_foreign(self, name: str) -> None:
        """Have DVC run a stage that is none of ours. It needs its locks for that, and writes dvc.lock itself."""
        self.write()
        if not self._repository.in_lock(name):
            self._appended.add([name])
        self._hold.close()
        try:
            reproduce_one(self._checkout, name, self._say)
        finally:
            self._repository.reload()
            self._hold.enter_context(self._repository.held())
        # DVC has put it last: to its place among what is new.
        self._repository.write_lock([], self._appended.names, self._appended.add)

    def finish(self) -> None:
        """The rebuild has come as far as a serial run would have."""
        self._appended.clear()

"""The one place that holds warm environments, by environment and number of threads: started when a build needs one or
is about to, ended when none does any more. Its methods may be called from any thread."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from remodel.builds.job import Watch, ignore
from remodel.builds.warm import WarmEnvironment
from remodel.checkout import Checkout
from remodel.engines.engine import Engine
from remodel.environments.environment import Environment
from remodel.results.recipe import Recipe


@dataclass(frozen=True)
class Home:
    """What a model is built in. Libraries read the number of threads while they load, so it is one container's."""

    environment: str
    threads: int = 1


class Pool:
    """Warm environments of one engine; a context manager, whose end ends every container with what it builds."""

    def __init__(self, checkout: Checkout, engine: Engine) -> None:
        self.engine = engine
        self._checkout = checkout
        self._warm: dict[Home, WarmEnvironment] = {}
        self._ending: list[WarmEnvironment] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.end()

    def prewarm(self, environment: Environment, threads: int = 1) -> WarmEnvironment:
        """Start the container of an environment, whose image is there, unless it runs. Does not wait for it."""
        home = Home(environment.name, threads)
        with self._lock:
            if home not in self._warm:
                warm = WarmEnvironment(self._checkout, self.engine, environment, threads)
                self._warm[home] = warm.__enter__()
            return self._warm[home]

    def build(
        self,
        environment: Environment,
        recipe: Recipe,
        snapshot: Path,
        destination: Path,
        watch: Watch = ignore,
    ) -> None:
        """Build one model as `builds.model.build_model` does, with the same bytes. Raises what it raises."""
        self.prewarm(environment, recipe.threads).build(recipe, snapshot, destination, watch)

    def shrink(self, keep: Iterable[Home] = ()) -> None:
        """Let every container end but those of `keep`, without waiting for it."""
        with self._lock:
            for home in self._warm.keys() - set(keep):
                self._ending.append(self._warm.pop(home))
                self._ending[-1].release()

    def end(self) -> None:
        """End every container, with what it builds."""
        self.shrink()
        with ExitStack() as stack:
            while self._ending:
                stack.push(self._ending.pop())

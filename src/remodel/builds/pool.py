"""The one place that holds warm environments, by environment and number of threads: started when a build needs one or
is about to, ended when none does any more. Its methods may be called from any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from remodel.builds.job import Watch, ignore
from remodel.builds.model import build_model
from remodel.builds.warm import WarmEnvironment
from remodel.checkout import Checkout
from remodel.engines import choose_engine
from remodel.engines.engine import Engine
from remodel.environments.environment import Environment, find_environment
from remodel.errors import RemodelError
from remodel.recipes.resources import MemoryLimit
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

    def prepare(self, environment: Environment, threads: int, report: Callable[[str], None]) -> None:
        """Make the image of an environment where it is not there; one that is warm has it."""
        if Home(environment.name, threads) not in self._warm:
            self.engine.prepare(environment, report)

    def prewarm(self, environment: Environment, threads: int = 1) -> WarmEnvironment:
        """Start the container of an environment, whose image is there, unless it runs. Does not wait for it."""
        home = Home(environment.name, threads)
        with self._lock:
            if home in self._warm and self._warm[home].ended:
                self._ending.append(self._warm.pop(home))
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
        limit: MemoryLimit | None = None,
    ) -> None:
        """Build one model as `builds.model.build_model` does, with the same bytes. Raises what it raises.

        A recipe with code of its own gets a container of its own: it shares none with a build that comes after it.
        """
        if recipe.has_own_code:
            build_model(self._checkout, self.engine, environment, recipe, snapshot, destination, watch, limit)
            return
        self.prewarm(environment, recipe.threads).build(recipe, snapshot, destination, watch, limit)

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


class EarlyPool:
    """A pool that opens in a thread, with a container that will most likely be needed, while its caller does something
    else: loading Hydra takes as long as starting a container. A guess that is wrong costs nothing else.

    A context manager, whose end ends the pool.
    """

    def __init__(self, checkout: Checkout, guess: str | None) -> None:
        """`guess` is the environment to make warm; None: only `take` opens the pool."""
        self._checkout = checkout
        self._pool: Pool | None = None
        self._thread = threading.Thread(target=self._open, args=(guess,), name="early")
        if guess is not None:
            self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._wait()
        if self._pool is not None:
            self._pool.end()

    def take(self) -> Pool:
        """The pool. Raises EngineError where there is no engine."""
        self._wait()
        if self._pool is None:
            self._pool = Pool(self._checkout, choose_engine())
        return self._pool

    def _wait(self) -> None:
        if self._thread.ident is not None:
            self._thread.join()

    def _open(self, guess: str) -> None:
        with suppress(RemodelError):  # told by the build, which tries the same
            environment, engine = find_environment(self._checkout, guess), choose_engine(report=lambda line: None)
            self._pool = Pool(self._checkout, engine)
            if engine.image_of(environment) is not None:
                self._pool.prewarm(environment)

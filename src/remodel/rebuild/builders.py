"""Who does the work of a step: a warm environment for a model, a container of its own for every other stage of ours."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from remodel.builds.warm import WarmEnvironment
from remodel.checkout import Checkout
from remodel.engines.engine import Engine
from remodel.environments.environment import Environment, find_environment
from remodel.environments.locking import CONTROL
from remodel.errors import RemodelError
from remodel.pipeline import stages
from remodel.rebuild.work import OwnStage, Train
from remodel.recipes.params import Params, read_params
from remodel.recipes.resources import declared_limit
from remodel.results.documents import read_document


@dataclass(frozen=True)
class Home:
    """What a model is built in: an environment with a number of threads."""

    environment: str
    threads: int


class Builders:
    """The warm environments of a rebuild, made when the first model needs one and ended when none does any more."""

    def __init__(self, checkout: Checkout, engine: Engine) -> None:
        self.engine = engine
        self._checkout, self._engine = checkout, engine
        self._params: Params = read_params(checkout)
        self._environments: dict[str, Environment] = {}
        self._warm: dict[Home, WarmEnvironment] = {}
        self._ending: list[WarmEnvironment] = []
        self._lock = threading.Lock()

    def environment(self, name: str) -> Environment:
        """One environment by name, read once."""
        if name not in self._environments:
            self._environments[name] = find_environment(self._checkout, name)
        return self._environments[name]

    def environments_of(self, works: Iterable[Train | OwnStage]) -> list[Environment]:
        """Every environment whose image these need."""
        names = dict.fromkeys(self._name_of(work) for work in works)
        return [self.environment(name) for name in names]

    def _name_of(self, work: Train | OwnStage) -> str:
        if isinstance(work, Train):
            return work.environment
        return self._params.snapshot_environment if work.dataset else CONTROL

    def home_of(self, work: Train) -> Home:
        """Where a model is built. Its recipe says with how many threads; a retired model has none and needs none."""
        path = self._checkout.recipes / f"{work.model}.json"
        threads = read_document(path, "recipe")["threads"] if path.is_file() else 1
        return Home(work.environment, threads)

    def warm_up(self, home: Home) -> WarmEnvironment:
        """Start a home's container, unless it runs."""
        with self._lock:
            if home not in self._warm:
                environment = self.environment(home.environment)
                warm = WarmEnvironment(self._checkout, self._engine, environment, home.threads)
                self._warm[home] = warm.__enter__()
            return self._warm[home]

    def warm_up_early(self, environment: str) -> None:
        """Start a container that will most likely be needed, where its image is there; the build says what is wrong."""
        with suppress(RemodelError):
            if self._engine.image_of(self.environment(environment)) is not None:
                self.warm_up(Home(environment, threads=1))

    def cool_down(self, keep: Iterable[Home]) -> None:
        """Let every container end but these, without waiting for it."""
        with self._lock:
            for home in self._warm.keys() - set(keep):
                self._ending.append(self._warm.pop(home))
                self._ending[-1].release()

    def end(self) -> None:
        """End every container, with what it builds."""
        self.cool_down(keep=())
        with ExitStack() as stack:
            while self._ending:
                stack.push(self._ending.pop())

    def run(self, work: Train | OwnStage) -> str:
        """Do the work, in any thread: one line on how it ended. Raises as the stage does."""
        if isinstance(work, Train):
            build: stages.Build = partial(self._build, work)
            return stages.train_with(self._checkout, work.model, work.environment, self._params.baseline, build)
        if work.dataset:
            stages.snapshot(self._checkout, work.dataset)
        else:
            stage: Callable[[Checkout], None] = getattr(stages, work.stage)
            stage(self._checkout)
        return f"{work.log}: done"

    def _build(self, work: Train, recipe: dict[str, Any], snapshot: Path, destination: Path) -> None:
        limit = declared_limit(self._checkout, work.model)
        self.warm_up(Home(work.environment, recipe["threads"])).build(recipe, snapshot, destination, limit=limit)

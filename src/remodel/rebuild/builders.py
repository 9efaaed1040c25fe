"""Who does the work of a stage: a warm environment for a model, a container of its own for every other stage of ours.

The first container starts while DVC is loaded and read, so that neither waits for the other.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from remodel.builds.pool import Home, Pool
from remodel.checkout import Checkout
from remodel.display.reporter import Reporter
from remodel.engines import VARIABLE, choose_engine
from remodel.engines.engine import Engine
from remodel.engines.prepare import prepare_all
from remodel.environments.environment import Environment, find_environment
from remodel.errors import RemodelError
from remodel.pipeline import stages
from remodel.pipeline.stage import CONTROL, STAGES
from remodel.rebuild.budget import Budget, Needs, needs_of
from remodel.rebuild.plan import Step
from remodel.rebuild.work import Foreign, OwnStage, Train
from remodel.recipes.params import Params, read_params
from remodel.recipes.resources import declared_limit
from remodel.results.recipe import Recipe, read_recipe_file


@dataclass(frozen=True)
class Build:
    """A step that has to run: the environment it runs in, what it needs of the machine, and where a model is built."""

    step: Step
    work: Train | OwnStage
    environment: Environment
    needs: Needs
    home: Home | None


class Builders:
    """Does the work of steps. `run` may be called from any thread, everything else is the scheduler's."""

    def __init__(self, checkout: Checkout, engine: str | None, reporter: Reporter, images_there: bool = False) -> None:
        """`engine` is its name, None: the first that works. `images_there`: somebody has made all images."""
        self._checkout, self._engine, self._reporter = checkout, engine, reporter
        self._images_there, self._tidy = images_there, images_there
        self._images: dict[str, bool] = {}
        self._environments: dict[str, Environment] = {}
        self._threads: dict[str, int] = {}
        self._homes: set[Home] = set()
        self._pool: Pool | None = None
        self._early: threading.Thread | None = None

    def start_early(self) -> None:
        """Start a container that will most likely be needed, in a thread of its own.

        Nobody knows yet what has to be built: a guess that is wrong costs a container that does nothing.
        """
        self._early = threading.Thread(target=self._guess, name="early")
        self._early.start()

    def build_of(self, step: Step, budget: Budget) -> Build:
        """What running a step takes. UsageError where it could never run within the budget."""
        assert not isinstance(step.work, Foreign)
        if not isinstance(step.work, Train):
            runs_in = STAGES[step.work.stage].runs_in
            name = CONTROL if runs_in == CONTROL else str(getattr(self._params, runs_in))
            return Build(step, step.work, self._environment(name), Needs(), None)
        home = Home(step.work.environment, self._threads_of(step.work.model))
        self._homes.add(home)
        needs = needs_of(self._checkout, step.work.model, home.threads, budget)
        return Build(step, step.work, self._environment(home.environment), needs, home)

    def has_image(self, build: Build) -> bool:
        """Whether its environment's image is there. Raises EngineError where there is no engine."""
        name = build.environment.name
        if name not in self._images:
            engine = self._ready_pool().engine
            self._images[name] = self._images_there or self._look_for(engine, build.environment)
        return self._images[name]

    def prepare(self, builds: Iterable[Build]) -> None:
        """Make all images that these lack."""
        environments = {build.environment.name: build.environment for build in builds if not self.has_image(build)}
        prepare_all(self._ready_pool().engine, list(environments.values()), self._reporter)
        self._images.update(dict.fromkeys(environments, True))

    def prewarm(self, build: Build) -> None:
        """Start the container that a build is going to need; the build says what is wrong with it."""
        if build.home is not None and self.has_image(build):
            with suppress(RemodelError):
                self._ready_pool().prewarm(build.environment, build.home.threads)

    def keep(self, environments: Collection[str]) -> None:
        """Let every container end but those of these environments, without waiting for it."""
        if self._pool is not None:
            self._pool.shrink(home for home in self._homes if home.environment in environments)

    def end(self) -> None:
        """End every container, with what it builds."""
        self._join()
        if self._pool is not None:
            self._pool.end()

    def run(self, work: Train | OwnStage) -> str:
        """Do the work: one line on how it ended. Raises as the stage does."""
        if isinstance(work, Train):
            build: stages.Build = partial(self._build, work)
            return stages.train_with(self._checkout, work.model, work.environment, build)
        stages.run_stage(self._checkout, STAGES[work.stage], *work.arguments)
        return f"{work.log}: done"

    def remake(self, step: Step) -> Callable[[], None] | None:
        """What writes those outputs of a step again that are in git, and in no remote: the metrics of a model."""
        if not isinstance(step.work, Train):
            return None
        return partial(stages.write_metrics, self._checkout, step.work.model, step.work.environment)

    def _build(self, work: Train, recipe: Recipe, snapshot: Path, destination: Path) -> None:
        assert self._pool is not None  # nothing is built before its image is looked for
        limit = declared_limit(self._checkout, work.model)
        self._pool.build(self._environment(work.environment), recipe, snapshot, destination, limit=limit)

    @cached_property
    def _params(self) -> Params:
        return read_params(self._checkout)

    def _environment(self, name: str) -> Environment:
        """One environment by name, read once."""
        if name not in self._environments:
            self._environments[name] = find_environment(self._checkout, name)
        return self._environments[name]

    def _threads_of(self, model: str) -> int:
        """With how many threads a model is built: its recipe says so. A retired model has none and needs none."""
        if model not in self._threads:
            path = self._checkout.recipes / f"{model}.json"
            self._threads[model] = read_recipe_file(path).threads if path.is_file() else 1
        return self._threads[model]

    def _look_for(self, engine: Engine, environment: Environment) -> bool:
        there = engine.image_of(environment) is not None
        if there and not self._tidy:
            engine.prepare(environment, self._reporter.note)  # removes containers that killed runs have left
            self._tidy = True
        return there

    def _ready_pool(self) -> Pool:
        self._join()
        return self._pool or self._make_pool()

    def _make_pool(self) -> Pool:
        engine = choose_engine(self._engine)
        os.environ[VARIABLE] = engine.name  # for the stages, and for what DVC runs
        self._pool = Pool(self._checkout, engine)
        return self._pool

    def _guess(self) -> None:
        with suppress(RemodelError):
            if (name := lacking(self._checkout)) is not None:
                pool, environment = self._make_pool(), find_environment(self._checkout, name)
                if pool.engine.image_of(environment) is not None:
                    self._homes.add(Home(name))
                    pool.prewarm(environment)

    def _join(self) -> None:
        if self._early is not None:
            self._early.join()
            self._early = None


def lacking(checkout: Checkout) -> str | None:
    """The first environment in which some model of params.yaml that has a recipe is not there."""
    params = read_params(checkout)
    for environment in params.environments:
        for model in params.models:
            has_recipe = (checkout.recipes / f"{model}.json").is_file()
            if has_recipe and not (checkout.models / model / environment / "result.json").is_file():
                return environment
    return None

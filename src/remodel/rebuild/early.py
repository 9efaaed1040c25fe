"""A container that starts while DVC is loaded and read, so that neither waits for the other."""

from __future__ import annotations

import os
import threading
from contextlib import suppress

from remodel.checkout import Checkout
from remodel.engines import VARIABLE, choose_engine
from remodel.engines.engine import Engine
from remodel.errors import RemodelError
from remodel.rebuild.builders import Builders
from remodel.recipes.params import read_params


class EarlyBuilders:
    """The builders of a rebuild, and a thread that makes the first environment warm that lacks a model.

    Nobody knows yet what has to be built: a guess that is wrong costs a container that does nothing.
    """

    def __init__(self, checkout: Checkout, engine: str | None) -> None:
        self._checkout, self._engine = checkout, engine
        self._builders: Builders | None = None
        self._thread = threading.Thread(target=self._start, name="early")
        self._thread.start()

    def take(self) -> tuple[Engine, Builders]:
        """The engine and the builders. Raises EngineError where there is no engine."""
        self._thread.join()
        if self._builders is None:
            self._make()
        assert self._builders is not None
        return self._builders.engine, self._builders

    def end(self) -> None:
        """End what runs."""
        self._thread.join()
        if self._builders is not None:
            self._builders.end()

    def _start(self) -> None:
        with suppress(RemodelError):
            if (environment := lacking(self._checkout)) is not None:
                self._make()
                assert self._builders is not None
                self._builders.warm_up_early(environment)

    def _make(self) -> None:
        engine = choose_engine(self._engine)
        os.environ[VARIABLE] = engine.name  # for the stages, and for what DVC runs
        self._builders = Builders(self._checkout, engine)


def lacking(checkout: Checkout) -> str | None:
    """The first environment in which some model of params.yaml that has a recipe is not there."""
    params = read_params(checkout)
    for environment in params.environments:
        for model in params.models:
            has_recipe = (checkout.recipes / f"{model}.json").is_file()
            if has_recipe and not (checkout.models / model / environment / "result.json").is_file():
                return environment
    return None

"""Where the models of one command are built: in what somebody keeps warm, else in containers warm for this command.

The first container starts while Hydra composes what is to be built in it, so that neither waits for the other.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from remodel.builds import daemon as keeper
from remodel.builds.job import Watch
from remodel.builds.warm import WarmEnvironment
from remodel.checkout import Checkout
from remodel.display.reporter import Reporter
from remodel.engines import choose_engine
from remodel.engines.engine import Engine
from remodel.environments.environment import Environment, find_environment
from remodel.errors import RemodelError
from remodel.results.recipe import Recipe

DEFAULT = re.compile(r"^ +- environment: *(?P<name>[\w.-]+)", re.MULTILINE)
"""The environment that conf/config.yaml chooses."""

CHOSEN = re.compile(r"environment=(?P<name>[\w.-]+)")


class Bench:
    """Builds models in warm environments; a context manager, whose end ends the containers that it has started."""

    def __init__(self, checkout: Checkout) -> None:
        self._checkout = checkout
        self._leave = ExitStack()
        self._warm: dict[tuple[str, int], WarmEnvironment] = {}
        self._early: threading.Thread | None = None

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *error: object) -> None:
        self._wait()
        self._leave.close()

    def start(self, words: Sequence[str]) -> None:
        """Begin to warm up what the command line `words` most likely builds in. A wrong guess costs nothing else."""
        name = guess(self._checkout, words)
        if name is not None and not keeper.socket_of(self._checkout, name).exists():
            self._early = threading.Thread(target=self._start, args=(name,))
            self._early.start()

    def _start(self, name: str) -> None:
        try:
            environment, engine = find_environment(self._checkout, name), choose_engine(report=lambda line: None)
            if engine.image_of(environment) is not None:
                self._enter(engine, environment, threads=1)
        except RemodelError:
            return  # said by the build, which tries the same

    def build(
        self,
        environment: Environment,
        recipe: Recipe,
        folders: tuple[Path, Path],
        reporter: Reporter,
        watch: Watch,
    ) -> None:
        """Build a recipe on the snapshot folders[0] into folders[1]. Raises as every build does."""
        if keeper.build(self._checkout, environment, recipe, folders, watch):
            return
        self._wait()
        key = (environment.name, recipe.threads)
        if key not in self._warm:
            engine = choose_engine()
            engine.prepare(environment, reporter.note)
            self._enter(engine, environment, key[1])
        self._warm[key].build(recipe, *folders, watch)

    def _enter(self, engine: Engine, environment: Environment, threads: int) -> None:
        warm = WarmEnvironment(self._checkout, engine, environment, threads)
        self._warm[environment.name, threads] = self._leave.enter_context(warm)

    def _wait(self) -> None:
        if self._early is not None:
            self._early.join()
            self._early = None


def guess(checkout: Checkout, words: Sequence[str]) -> str | None:
    """The environment that a command line asks for, or the default; None where it builds nothing, or nobody can say."""
    if any(word.startswith("-") and word not in ("-m", "--multirun") for word in words):
        return None
    chosen = [match["name"] for word in words if (match := CHOSEN.fullmatch(word))]
    config = checkout.conf / "config.yaml"
    if chosen or not config.is_file():
        return chosen[-1] if chosen else None
    found = DEFAULT.search(config.read_text(encoding="utf-8"))
    return found["name"] if found else None

"""The Hydra application: its errors become ours, its jobs become builds."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig

from remodel.builds.pool import EarlyPool
from remodel.checkout import Checkout
from remodel.display.choose import choose_reporter
from remodel.errors import RemodelError, UsageError
from remodel.files import as_storage_error
from remodel.recipes.composition import COMMAND_LINE, SLIPS, as_usage_error, check_files, check_names
from remodel.recipes.plain import check_conf, check_words
from remodel.recipes.recipes import Selection, select
from remodel.recipes.source import left_out, plain_source
from train.experiments import Experiment, build_experiment, show
from train.help import GROUPS
from train.ranking import best_of, compare_with_best, show_ranking

CHOICES = ("name", *GROUPS)
"""Words that take a file, or name the result: the recipe has what they choose."""


def start(checkout: Checkout, arguments: Sequence[str], early: EarlyPool) -> int:
    """Run Hydra on the command line `arguments`; every job is built and shown as it ends.

    The jobs of a multirun go on after one has failed; the first failure is raised at the end.
    """
    check_conf(checkout)
    check_words(arguments)
    check_names(arguments)
    for group, (choice, changes) in left_out(checkout, arguments).items():
        names = ", ".join(changes)
        print(f"left out, as the model's file has them for {group}={choice}: {names}", file=sys.stderr)
    built: list[Experiment] = []
    failed: list[RemodelError] = []

    def job(config: DictConfig) -> None:
        try:
            selection = _selected(checkout, config)
            with choose_reporter() as reporter:
                built.append(build_experiment(checkout, early, selection, reporter, _own_words(), _changes()))
            show(checkout, built[-1])
            print(compare_with_best(built[-1], best_of(checkout, built[-1])))
        except RemodelError as error:
            # Not raised here: Hydra would print lines of its own over it and drop the jobs that are left.
            failed.append(error)
        except OSError as error:
            failed.append(as_storage_error(error))

    _run_hydra(checkout, arguments, job)
    if len(built) > 1:
        show_ranking(built)
    if failed:
        for error in failed[1:]:
            print(f"remodel: {error}", file=sys.stderr)
        raise failed[0]
    return 0


def _own_words() -> list[str]:
    """What of the command line is this job's own: of a multirun, whatever takes several values."""
    hydra = HydraConfig.get()
    if hydra.mode != RunMode.MULTIRUN:
        return []
    asked = set(hydra.overrides.task)
    return sorted(asked - set(sys.argv[1:]))


def _changes() -> list[str]:
    """What the command line says besides which files it takes: "classifier.C=100"."""
    words = HydraConfig.get().overrides.task
    return sorted(word.lstrip("+") for word in words if word.partition("=")[0].lstrip("+") not in CHOICES)


def _selected(checkout: Checkout, config: DictConfig) -> Selection:
    choices = HydraConfig.get().runtime.choices
    try:
        return select(config, choices, COMMAND_LINE)
    except UsageError:
        check_files(checkout, choices)
        raise


def _run_hydra(checkout: Checkout, arguments: Sequence[str], job: hydra.types.TaskFunction) -> None:
    # Without it Hydra prints errors itself, over several lines, and ends the process.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    sys.argv = ["python -m train", *arguments]
    application = hydra.main(version_base="1.3", config_path=str(checkout.conf), config_name="config")(job)
    try:
        with plain_source(checkout, arguments):
            application()
    except (*SLIPS, ValueError) as error:
        if _is_interruption(error):
            raise KeyboardInterrupt from error
        raise as_usage_error(checkout, arguments, error) from error


def _is_interruption(error: BaseException | None) -> bool:
    """Whether Ctrl-C came while Hydra read something: it takes whatever stops its reading for a slip in the text."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None

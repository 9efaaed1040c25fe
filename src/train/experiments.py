"""Building what the command line asked for, and showing how it compares with the best so far."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from remodel.builds import daemon
from remodel.builds.pool import EarlyPool
from remodel.builds.provenance import source_sha256
from remodel.builds.snapshots import ensure_snapshot
from remodel.checkout import Checkout
from remodel.display.reporter import Reporter
from remodel.display.tables import scores_table
from remodel.environments.environment import Environment, find_environment
from remodel.experiments.remembered import remember
from remodel.recipes.recipes import Selection, make_recipe
from remodel.recipes.resources import chosen_limit
from remodel.results.answers.scorers import Scorer, ranking
from remodel.results.recipe import Recipe
from remodel.results.result import read_report
from remodel.results.scores import Metric, Scores, read_scores
from remodel.results.warned import warning_lines


@dataclass(frozen=True)
class Experiment:
    """One built model: where it is and what it scored."""

    name: str
    environment: str
    dataset: str
    folder: Path
    scores: Scores
    snapshot: Mapping[str, str]
    """sha256 of the rows, their schema and the folds: only what was built on the same ones can be compared."""
    words: tuple[str, ...] = ()
    """What of the command line tells it from the others that bear its name."""

    @property
    def ranked_by(self) -> Scorer:
        """The score that decides which model of a dataset is the best."""
        return ranking(self.scores.scorers)

    @property
    def score(self) -> Metric:
        """The score that ranks."""
        return self.scores.metrics[self.ranked_by.name]

    @property
    def goodness(self) -> float:
        """The score's mean, turned so that more is better."""
        return -self.score.mean if self.ranked_by.less_is_better else self.score.mean

    def __str__(self) -> str:
        words = f" ({' '.join(self.words)})" if self.words else ""
        return f"{self.name} @ {self.environment}{words}"


def build_experiment(
    checkout: Checkout,
    early: EarlyPool,
    selection: Selection,
    reporter: Reporter,
    words: Sequence[str] = (),
    changes: Sequence[str] = (),
) -> Experiment:
    """Build a selection in its environment, or find what the same recipe, source and lock built before.

    `words` tell it from the other jobs of one command line; `changes` are remembered, for whoever compares with it.
    """
    environment = find_environment(checkout, selection.composed.environment.name)
    phase = reporter.phase(f"{selection.model} @ {environment.name}")
    snapshot = ensure_snapshot(checkout, selection, phase.event)
    recipe = make_recipe(selection, snapshot)
    folder = checkout.experiments / selection.model / experiment_key(checkout, recipe, environment) / environment.name
    if (folder / "result.json").is_file():
        phase.finish("built before, from the same recipe, source and lock")
    else:
        started = time.monotonic()
        limit = chosen_limit(checkout, selection.model, selection.composed.resources)
        if not daemon.build(checkout, environment, recipe, (snapshot, folder), phase.event, limit):
            pool = early.take()
            pool.prepare(environment, recipe.threads, reporter.note)
            pool.build(environment, recipe, snapshot, folder, phase.event, limit)
        phase.finish("built")
        remember(checkout, folder, changes, time.monotonic() - started)
    return Experiment(
        name=selection.model,
        environment=environment.name,
        dataset=selection.choices["dataset"],
        folder=folder,
        scores=read_scores(folder / "scores.json"),
        snapshot=recipe.document["snapshot"],
        words=tuple(words),
    )


def experiment_key(checkout: Checkout, recipe: Recipe, environment: Environment) -> str:
    """The folder of a build: the first digits of what decides its bytes."""
    parts = (recipe.sha256, source_sha256(checkout), environment.lock_sha256)
    return "-".join(part[:8] for part in parts)


def show(checkout: Checkout, experiment: Experiment) -> None:
    """Print the fold scores, where the artifacts are, and what the score may hang on."""
    from rich.console import Console

    print(f"{experiment}, folds {experiment.scores.cv} of {experiment.dataset}")
    Console().print(scores_table(experiment.scores))
    print(f"artifacts: {experiment.folder.relative_to(checkout.root)}/")
    report = read_report(experiment.folder / "result.json")
    if report.no_onnx_reason:
        print(f"no ONNX: {report.no_onnx_reason}")
    for line in warning_lines(report.warnings):
        print(f"warning: {line}")

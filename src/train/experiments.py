"""Building what the command line asked for, and showing how it compares with the best so far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from remodel.errors import StorageError
from remodel.recipes.recipes import Selection, make_recipe
from remodel.recipes.resources import chosen_limit
from remodel.results.manifest import Manifest, read_manifest
from remodel.results.recipe import Recipe
from remodel.results.result import read_report
from remodel.results.scores import Metric, Scores, read_scores

RANKED_BY = "balanced_accuracy"
"""The score that decides which model of a dataset is the best: accuracy that no large class can buy."""


@dataclass(frozen=True)
class Experiment:
    """One built model: where it is and what it scored."""

    name: str
    environment: str
    dataset: str
    folder: Path
    scores: Scores

    @property
    def score(self) -> Metric:
        """The score that ranks."""
        return self.scores.metrics[RANKED_BY]

    def __str__(self) -> str:
        return f"{self.name} @ {self.environment}"


def build_experiment(checkout: Checkout, early: EarlyPool, selection: Selection, reporter: Reporter) -> Experiment:
    """Build a selection in its environment, or find what the same recipe, source and lock built before."""
    environment = find_environment(checkout, selection.composed.environment.name)
    phase = reporter.phase(f"{selection.model} @ {environment.name}")
    snapshot = ensure_snapshot(checkout, selection, phase.event)
    recipe = make_recipe(selection, snapshot)
    folder = checkout.experiments / selection.model / experiment_key(checkout, recipe, environment) / environment.name
    if (folder / "result.json").is_file():
        phase.finish("built before, from the same recipe, source and lock")
    else:
        limit = chosen_limit(checkout, selection.model, selection.composed.resources)
        if not daemon.build(checkout, environment, recipe, (snapshot, folder), phase.event, limit):
            pool = early.take()
            pool.prepare(environment, recipe.threads, reporter.note)
            pool.build(environment, recipe, snapshot, folder, phase.event, limit)
        phase.finish("built")
    scores = read_scores(folder / "scores.json")
    return Experiment(selection.model, environment.name, selection.choices["dataset"], folder, scores)


def experiment_key(checkout: Checkout, recipe: Recipe, environment: Environment) -> str:
    """The folder of a build: the first digits of what decides its bytes."""
    parts = (recipe.sha256, source_sha256(checkout), environment.lock_sha256)
    return "-".join(part[:8] for part in parts)


def show(checkout: Checkout, experiment: Experiment) -> None:
    """Print the fold scores, where the artifacts are, and the current best of the dataset."""
    from rich.console import Console

    print(f"{experiment}, folds {experiment.scores.cv} of {experiment.dataset}")
    Console().print(scores_table(experiment.scores))
    print(f"artifacts: {experiment.folder.relative_to(checkout.root)}/")
    if reason := read_report(experiment.folder / "result.json").no_onnx_reason:
        print(f"no ONNX: {reason}")
    print(compare_with_best(experiment, best_of(checkout, experiment)))


def best_of(checkout: Checkout, experiment: Experiment) -> Experiment | None:
    """The best of all other models and experiments on the same dataset, in any environment."""
    others = [other for other in built_on(checkout, experiment.dataset) if other.folder != experiment.folder]
    return max(others, key=lambda other: (other.score.mean, str(other)), default=None)


def built_on(checkout: Checkout, dataset: str) -> Iterator[Experiment]:
    """Every model and experiment built on a dataset."""
    for home, pattern in ((checkout.models, "*/*/manifest.json"), (checkout.experiments, "*/*/*/manifest.json")):
        for path in sorted(home.glob(pattern)):
            manifest = _manifest(path)
            if manifest.dataset == dataset:
                scores = read_scores(path.parent / "scores.json")
                yield Experiment(manifest.model, path.parent.name, dataset, path.parent, scores)


def _manifest(path: Path) -> Manifest:
    try:
        return read_manifest(path)
    except StorageError as error:
        raise StorageError(f"{path} is no manifest: {error.message}", "Delete its folder and build it again") from error


def compare_with_best(experiment: Experiment, best: Experiment | None) -> str:
    """One line: the best of the dataset so far, and how far this one is from it."""
    if best is None:
        return f"nothing else is built on {experiment.dataset} yet: `make repro` builds the production models"
    difference = experiment.score.mean - best.score.mean
    word = "better than" if difference > 0 else "worse than" if difference < 0 else "equal to"
    folds = "" if best.scores.cv == experiment.scores.cv else f" (on other folds: {best.scores.cv})"
    return (
        f"{RANKED_BY.replace('_', ' ')} {in_short(experiment.score)}: {abs(difference):.4f} {word} the best of "
        f"{experiment.dataset} so far, {best}: {in_short(best.score)}{folds}"
    )


def show_ranking(experiments: Sequence[Experiment]) -> None:
    """Print the jobs of a multirun, best first."""
    print(f"by {RANKED_BY.replace('_', ' ')}:")
    for place, experiment in enumerate(sorted(experiments, key=lambda experiment: -experiment.score.mean), start=1):
        print(f"{place:3d}. {in_short(experiment.score)}  {experiment}")


def in_short(score: Metric) -> str:
    """Mean and spread."""
    return f"{score.mean:.4f} +- {score.std:.4f}"

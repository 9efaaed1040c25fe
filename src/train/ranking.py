"""How a build compares with others, which have to be of the same rows and folds: anything else is no comparison."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from remodel.checkout import Checkout
from remodel.errors import StorageError
from remodel.experiments.remembered import recall
from remodel.results.manifest import Manifest, read_manifest
from remodel.results.recipe import read_recipe_file
from remodel.results.scores import Metric, read_scores
from train.experiments import Experiment


def best_of(checkout: Checkout, experiment: Experiment) -> Experiment | None:
    """The best of all other models and experiments on the same rows and folds, in any environment."""
    others = [other for other in built_alike(checkout, experiment) if other.folder != experiment.folder]
    return max(others, key=lambda other: (other.goodness, str(other)), default=None)


def built_alike(checkout: Checkout, experiment: Experiment) -> Iterator[Experiment]:
    """Every model and experiment with the snapshot of this one: by its digests, whatever the dataset is called."""
    for home, pattern in ((checkout.models, "*/*/manifest.json"), (checkout.experiments, "*/*/*/manifest.json")):
        for path in sorted(home.glob(pattern)):
            manifest = _manifest(path)
            if manifest.snapshot == experiment.snapshot:
                yield _experiment(checkout, path.parent, manifest)


def _experiment(checkout: Checkout, folder: Path, manifest: Manifest) -> Experiment:
    tried = folder.is_relative_to(checkout.experiments)
    return Experiment(
        name=manifest.model,
        environment=folder.name,
        dataset=manifest.dataset,
        folder=folder,
        scores=read_scores(folder / "scores.json"),
        snapshot=manifest.snapshot,
        words=(*other_choices(checkout, manifest), *recall(checkout, folder).changes) if tried else (),
    )


def other_choices(checkout: Checkout, manifest: Manifest) -> tuple[str, ...]:
    """Where an experiment bears a production model's name, the choices that are not that model's: "dataset=wine"."""
    path = checkout.recipes / f"{manifest.model}.json"
    if not path.is_file():
        return ()
    own = read_recipe_file(path).document["choices"]
    return tuple(f"{group}={name}" for group, name in manifest.recipe.document["choices"].items() if own[group] != name)


def _manifest(path: Path) -> Manifest:
    try:
        return read_manifest(path)
    except StorageError as error:
        raise StorageError(f"{path} is no manifest: {error.message}", "Delete its folder and build it again") from error


def compare_with_best(experiment: Experiment, best: Experiment | None) -> str:
    """One line: the best on the same rows and folds so far, and how far this one is from it."""
    place = f"these rows and folds of {experiment.dataset}"
    if best is None:
        return f"nothing else is built on {place} yet: there is nothing to compare it with"
    difference = experiment.goodness - best.goodness
    word = "better than" if difference > 0 else "worse than"
    away = f"{abs(difference):.4f} {word}" if difference else "equal to"
    return (
        f"{experiment.ranked_by.title} {in_short(experiment.score)}: {away} the best on "
        f"{place} so far, {best}: {in_short(best.score)}"
    )


def show_ranking(experiments: Sequence[Experiment]) -> None:
    """Print the jobs of a multirun, best first; those of other rows or folds are a ranking of their own."""
    rankings: dict[tuple[str, ...], list[Experiment]] = {}
    for experiment in experiments:
        rankings.setdefault(tuple(experiment.snapshot.values()), []).append(experiment)
    for ranking in rankings.values():
        among = f", folds {ranking[0].scores.cv} of {ranking[0].dataset}" if len(rankings) > 1 else ""
        print(f"by {ranking[0].ranked_by.title}{among}:")
        for place, experiment in enumerate(sorted(ranking, key=lambda one: -one.goodness), start=1):
            print(f"{place:3d}. {in_short(experiment.score)}  {experiment}")


def in_short(score: Metric) -> str:
    """Mean and spread."""
    return f"{score.mean:.4f} +- {score.std:.4f}"

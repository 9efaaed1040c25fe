"""Every build that there is to compare: experiments, and the models of the pipeline.

A thousand of them are read once: what is told of one is kept in `.remodel/experiments.json`, for as long as the number,
size and time of its files stay.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from remodel.checkout import Checkout
from remodel.errors import StorageError, UnknownName
from remodel.experiments.remembered import recall
from remodel.files import read_json, write_json
from remodel.results.answers.scorers import Scorer, ranking, scorers_of
from remodel.results.manifest import read_manifest
from remodel.results.recipe import Recipe
from remodel.results.scores import read_scores

VERSION = 1
"""Another one is not read."""

FILES = ("manifest.json", "scores.json")

DIGITS = 8
"""How many digits of a recipe's sha256 name an experiment."""


@dataclass(frozen=True, eq=False)
class Try:
    """One build. `folds` are the scores of every fold, by the name of the score."""

    folder: str
    """Below the checkout."""
    environment: str
    recipe: Recipe
    folds: Mapping[str, tuple[float, ...]]
    newest: float
    """When it was built, in seconds since 1970."""
    seconds: float | None

    @property
    def is_model(self) -> bool:
        """Whether it is one of the pipeline's."""
        return self.folder.startswith("models/")

    @property
    def id(self) -> str:
        """What a command line calls it: the first digits of its recipe's digest, or a model's own name."""
        name = self.recipe.model if self.is_model else self.folder.split("/")[2][:DIGITS]
        return f"{name}@{self.environment}"

    @property
    def same(self) -> tuple[str, ...]:
        """The rows and folds that it is scored on: only where these are equal scores can be compared."""
        return tuple(self.recipe.snapshot.values())

    @cached_property
    def scorer(self) -> Scorer:
        """The score that ranks."""
        return ranking(scorers_of(self.folds))

    @property
    def scored(self) -> tuple[float, ...]:
        """The score that ranks, of every fold, turned so that more is better."""
        sign = -1.0 if self.scorer.less_is_better else 1.0
        return tuple(sign * value for value in self.folds[self.scorer.name])

    @property
    def goodness(self) -> float:
        """Their mean."""
        return sum(self.scored) / len(self.scored)


def tries(checkout: Checkout) -> list[Try]:
    """All of them. Of builds of one recipe in one environment by different sources the newest alone."""
    known, seen = _known(checkout), dict[str, Any]()
    found: dict[tuple[bool, str, str], Try] = {}
    for folder in _folders(checkout):
        place = folder.relative_to(checkout.root).as_posix()
        look = _look(folder)
        if look is None:
            continue
        entry = known.get(place)
        if entry is None or entry["look"] != look:
            entry = _read(folder, look)
        if entry is None:
            continue
        seen[place] = entry
        one = _try(checkout, place, entry)
        key = (one.is_model, one.recipe.model, one.id)
        if key not in found or found[key].newest < one.newest:
            found[key] = one
    if seen != known:
        write_json(_index(checkout), {"version": VERSION, "tries": seen})
    return list(found.values())


def find_try(checkout: Checkout, name: str) -> Try:
    """The one that a command line names by its id, by the beginning of that, or by its folder. UnknownName where it is
    none, or several."""
    everything = tries(checkout)
    exact = [one for one in everything if one.id == name or one.folder == name.rstrip("/")]
    found = exact or [one for one in everything if one.id.startswith(name)]
    if len(found) != 1:
        raise UnknownName("experiment", name, [one.id for one in found or everything], "experiments/ and models/")
    return found[0]


def _folders(checkout: Checkout) -> Iterator[Path]:
    for home, pattern in ((checkout.models, "*/*"), (checkout.experiments, "*/*/*")):
        yield from sorted(folder for folder in home.glob(pattern) if folder.is_dir())


def _look(folder: Path) -> list[list[int]] | None:
    """How its files look; None where one is missing: it failed, is retired, or is no build."""
    try:
        stats = [os.stat(folder / name) for name in FILES]  # noqa: PTH116 (for thousands of files)
    except OSError:
        return None
    return [[stat.st_ino, stat.st_size, stat.st_mtime_ns] for stat in stats]


def _read(folder: Path, look: list[list[int]]) -> dict[str, Any] | None:
    """What is told of a build; None where its files are not understood: whoever wants it gets the message then."""
    try:
        manifest, scores = read_manifest(folder / FILES[0]), read_scores(folder / FILES[1])
    except StorageError:
        return None
    return {
        "look": look,
        "environment": manifest.environment,
        "recipe": dict(manifest.recipe.document),
        "folds": {name: list(metric.folds) for name, metric in scores.metrics.items()},
    }


def _try(checkout: Checkout, place: str, entry: Mapping[str, Any]) -> Try:
    return Try(
        folder=place,
        environment=entry["environment"],
        recipe=Recipe(entry["recipe"]),
        folds={name: tuple(values) for name, values in entry["folds"].items()},
        newest=entry["look"][0][2] / 1e9,
        seconds=recall(checkout, checkout.root / place).seconds if place.startswith("experiments/") else None,
    )


def _known(checkout: Checkout) -> dict[str, Any]:
    try:
        document = read_json(_index(checkout))
        return dict(document["tries"]) if document["version"] == VERSION else {}
    except (StorageError, TypeError, KeyError, ValueError):
        return {}


def _index(checkout: Checkout) -> Path:
    return checkout.state / "experiments.json"

"""What a move between two environments would cost, before anything is started: from the records of earlier builds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean

from remodel.checkout import Checkout
from remodel.engines.engine import Engine
from remodel.environments.environment import find_environment
from remodel.errors import UsageError
from remodel.files import read_json
from remodel.recipes.params import read_params
from remodel.results.manifest import read_manifest
from remodel.results.standing import is_of_its_recipe
from remodel.results.target import Target

START_SECONDS = 1.5
"""What a stage costs besides the build itself: DVC, the container, writing."""

IMAGE_SECONDS = 60.0
"""Making one image that is not there, downloads included, on an ordinary line."""


@dataclass(frozen=True)
class Estimate:
    """The answer; `guessed` counts the builds without a record of their own."""

    models: int
    environments: tuple[str, ...]
    builds: int
    guessed: int
    seconds: float
    disk: int
    missing_images: tuple[str, ...]

    def __str__(self) -> str:
        known = "all recorded before, from these recipes"
        if self.guessed:
            known = f"{self.guessed} of them guessed from the others: no build of this recipe is recorded"
        images = ", ".join(self.missing_images) or "none"
        return "\n".join(
            [
                f"models        {self.models}",
                f"environments  {', '.join(self.environments)}",
                f"builds        {self.builds} ({known})",
                f"images        to be made: {images}",
                f"time          {self.seconds / 60:.1f} minutes, one build after the other",
                f"disk          {self.disk / 1e6:,.0f} MB of artifacts and images",
            ]
        )


def estimate(checkout: Checkout, engine: Engine, start: str, end: str) -> Estimate:
    """Building every model of params.yaml in both environments. UsageError where nothing was ever recorded."""
    names = tuple(dict.fromkeys((start, end)))
    environments = [find_environment(checkout, name) for name in names]
    models = read_params(checkout).models
    images = {environment.name: engine.image_of(environment) for environment in environments}
    targets = [Target(model, name) for model in models for name in names]
    seconds, sizes = recorded_seconds(checkout), recorded_sizes(checkout)
    if not seconds:
        raise UsageError("no build is recorded on this machine yet", "Build one: python -m train")
    missing = tuple(name for name, image in images.items() if image is None)
    known_images = [image.size for image in images.values() if image is not None]
    return Estimate(
        models=len(models),
        environments=names,
        builds=len(targets),
        guessed=sum(target not in seconds for target in targets),
        seconds=sum(guess(seconds, target) + START_SECONDS for target in targets) + IMAGE_SECONDS * len(missing),
        disk=round(sum(guess(sizes, target) for target in targets) + len(missing) * _mean(known_images, 700e6)),
        missing_images=missing,
    )


def guess(known: Mapping[Target, float], target: Target) -> float:
    """What is known of a build; else the mean of its model elsewhere; else the mean of all."""
    if target in known:
        return known[target]
    same_model = [value for other, value in known.items() if other.model == target.model]
    return _mean(same_model or known.values(), 0.0)


def recorded_seconds(checkout: Checkout) -> dict[Target, float]:
    """The seconds of every build that was recorded, all phases together.

    Of a model that is there, where it was built from the recipe of today: what another one took says nothing of it."""
    records = {
        Target.parse(path.stem): read_json(path) for path in sorted((checkout.state / "builds").glob("*@*.json"))
    }
    # A record without seconds knows nothing of them: it does not say that the build took none.
    return {
        target: sum(record["seconds"].values())
        for target, record in records.items()
        if record.get("seconds") and _is_of_today(checkout, target)
    }


def _is_of_today(checkout: Checkout, target: Target) -> bool:
    manifest = checkout.models / target.model / target.environment / "manifest.json"
    return not manifest.is_file() or is_of_its_recipe(checkout, read_manifest(manifest))


def recorded_sizes(checkout: Checkout) -> dict[Target, float]:
    """The bytes of every model that is there."""
    return {
        Target(folder.parent.name, folder.name): float(sum(path.stat().st_size for path in folder.iterdir()))
        for folder in sorted(checkout.models.glob("*/*"))
        if folder.is_dir()
    }


def _mean(values: Iterable[float], otherwise: float) -> float:
    numbers = list(values)
    return fmean(numbers) if numbers else otherwise

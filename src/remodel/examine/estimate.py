"""What a move between two environments would cost, before anything is started: from the records of earlier builds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from remodel.checkout import Checkout
from remodel.engines.engine import Engine
from remodel.environments.environment import find_environment
from remodel.errors import UsageError
from remodel.files import read_json
from remodel.recipes.params import read_params

START_SECONDS = 1.5
"""What a stage costs besides the build itself: DVC, the container, writing."""

IMAGE_SECONDS = 60.0
"""Making one image that is not there, downloads included, on an ordinary line."""

Pair = tuple[str, str]
"""Model and environment."""


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
        known = f"{self.guessed} of them guessed from the others" if self.guessed else "all recorded before"
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
    environments = tuple(dict.fromkeys((start, end)))
    found = [find_environment(checkout, name) for name in environments]
    models = read_params(checkout).models
    images = {one.name: engine.image_of(one) for one in found}
    pairs = [(model, environment) for model in models for environment in environments]
    seconds, sizes = recorded_seconds(checkout), recorded_sizes(checkout)
    if not seconds:
        raise UsageError("no build is recorded on this machine yet", "Build one: python -m train")
    missing = tuple(name for name, image in images.items() if image is None)
    known_images = [image.size for image in images.values() if image is not None]
    return Estimate(
        models=len(models),
        environments=environments,
        builds=len(pairs),
        guessed=sum(pair not in seconds for pair in pairs),
        seconds=sum(guess(seconds, pair) + START_SECONDS for pair in pairs) + IMAGE_SECONDS * len(missing),
        disk=round(sum(guess(sizes, pair) for pair in pairs) + len(missing) * _mean(known_images, 700e6)),
        missing_images=missing,
    )


def guess(known: Mapping[Pair, float], pair: Pair) -> float:
    """What is known of a build; else the mean of its model elsewhere; else the mean of all."""
    if pair in known:
        return known[pair]
    same_model = [value for (model, _), value in known.items() if model == pair[0]]
    return _mean(same_model or known.values(), 0.0)


def recorded_seconds(checkout: Checkout) -> dict[Pair, float]:
    """The seconds of every build that was recorded, all phases together."""
    return {
        _pair(path): sum(read_json(path).get("seconds", {}).values())
        for path in sorted((checkout.state / "builds").glob("*@*.json"))
    }


def recorded_sizes(checkout: Checkout) -> dict[Pair, float]:
    """The bytes of every model that is there."""
    return {
        (folder.parent.name, folder.name): float(sum(path.stat().st_size for path in folder.iterdir()))
        for folder in sorted(checkout.models.glob("*/*"))
        if folder.is_dir()
    }


def _pair(path: Path) -> Pair:
    model, _, environment = path.stem.rpartition("@")
    return model, environment


def _mean(values: Iterable[float], otherwise: float) -> float:
    found = list(values)
    return fmean(found) if found else otherwise

"""What the host's own stages leave in the control container's output folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from remodel.checkout import Checkout
from remodel.pipeline.stage import Stage
from remodel.recipes.params import read_params
from remodel.takeover.expected import Expected, Files, Release
from remodel.takeover.left import Left

REPORTS = {
    "comparison.json": "comparison",
    **dict.fromkeys(("comparison.md", "cv_scores.csv", "index.html", "print.html", "scores.svg")),
}


def output_of(stage: Stage, checkout: Checkout) -> Expected:
    """What a stage that runs in the control container leaves where it ends well."""
    return Later(lambda: OUTPUTS[stage.name](checkout))


class Later(Expected):
    """Asked for when the stage has ended: it is the stage that tells what is wrong with params.yaml."""

    host_errors = True

    def __init__(self, expected: Callable[[], Expected]) -> None:
        self._expected = expected

    def take(self, left: Left, target: Path) -> None:
        self._expected().take(left, target)


def _recipes(checkout: Checkout) -> Expected:
    return Files({f"{model}.json": "recipe" for model in read_params(checkout).models})


OUTPUTS: dict[str, Callable[[Checkout], Expected]] = {
    "recipes": _recipes,
    "compare": lambda checkout: Files(REPORTS),
    "package": lambda checkout: Release(read_params(checkout).models),
}

"""reports/scores.svg, which `dvc plots` shows: one point a model and environment, without a network to draw it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from remodel.audit.page.figures import BASE_COLOUR, COLOURS
from remodel.audit.page.svg import file
from remodel.results.answers.scorers import Scorer, scorers_of
from remodel.results.comparison import Comparison, Entry

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 7.5
ROW, AROUND = 0.19, 0.75
"""Inches: of the page, of a model, and of titles and axes around the models of one score."""

LEFT, RIGHT = 2.6 / WIDTH, 0.97
"""Where the axes begin and end, as shares of the width: names of models stand before them."""


LONGEST = 40
"""Letters of a name that fit before the axes."""


def scores_svg(comparison: Comparison) -> str:
    """The first score of every model, its mean and spread over the folds in each environment, a part for each score."""
    parts: dict[Scorer, dict[str, dict[str, Entry]]] = {}
    for model in comparison.models:
        built = {name: entry for name, entry in comparison.of(model).items() if entry.evidence}
        if built:
            parts.setdefault(_first(next(iter(built.values()))), {})[model] = built
    height = sum(AROUND + ROW * len(models) for models in parts.values()) or AROUND
    return file("scores", WIDTH, height, lambda figure: _paint(figure, height, comparison, parts))


def _first(entry: Entry) -> Scorer:
    assert entry.evidence is not None
    return scorers_of(entry.evidence["metrics"])[0]


def _paint(
    figure: Figure, height: float, comparison: Comparison, parts: Mapping[Scorer, Mapping[str, Mapping[str, Entry]]]
) -> None:
    colours = dict(zip(comparison.environments, COLOURS * len(comparison.environments), strict=False))
    colours[comparison.baseline] = BASE_COLOUR
    top = height
    for scorer, models in parts.items():
        own = ROW * len(models)
        top -= AROUND / 2 + own
        axes = figure.add_axes((LEFT, top / height, RIGHT - LEFT, own / height))
        top -= AROUND / 2
        axes.set_title(f"{scorer.title} ± spread of the folds", y=1.0)
        for row, built in enumerate(models.values()):
            for place, (environment, entry) in enumerate(built.items()):
                evidence: Any = entry.evidence
                metric = evidence["metrics"][scorer.name]
                height_of = row + (place - (len(built) - 1) / 2) * 0.22
                label = environment if row == 0 else None
                axes.errorbar(
                    metric["mean"], height_of, xerr=metric["std"], fmt="o", markersize=3, elinewidth=0.8,
                    color=colours[environment], label=label,
                )  # fmt: skip
        named = [model if len(model) <= LONGEST else f"{model[:LONGEST]}…" for model in models]
        axes.set_yticks(range(len(models)), named)
        axes.set_ylim(len(models) - 0.5, -0.5)
        axes.legend(frameon=False, fontsize=7, handlelength=1.2, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=4)

"""The figures of one model: old and new in the same axes, one colour an environment; the page names them."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from remodel.audit.differences import KINDS
from remodel.audit.page.svg import draw
from remodel.audit.verdict import BASELINE, IDENTICAL
from remodel.results.answers.scorers import CLASSIFICATION, DECISIONS, LABELS, REGRESSION, Scorer, scorers_of
from remodel.results.comparison import Entry

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BASE_COLOUR = "#4a5360"
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Okabe and Ito's colours: told apart by colour-blind readers too."""

SMALLEST = 1e-18
"""Where a probability difference of zero stands on a logarithmic axis."""


def drawn(models: Mapping[str, Mapping[str, Entry]]) -> dict[str, list[str]]:
    """The SVGs of each model from its entries by environment, without those that have no evidence.

    Many are drawn by as many processes as there are cores; a picture is the same wherever it is drawn.
    """
    wanted = [(model, entries) for model, entries in models.items() if entries]
    cores = min(len(os.sched_getaffinity(0)), len(wanted) // WORTH_A_PROCESS)
    if cores < 2:
        return dict(map(_drawn, wanted))
    # Forked: matplotlib and the comparison are there already. Nothing here has started a thread.
    with ProcessPoolExecutor(cores, multiprocessing.get_context("fork")) as processes:
        return dict(processes.map(_drawn, wanted, chunksize=4))


def _drawn(wanted: tuple[str, Mapping[str, Entry]]) -> tuple[str, list[str]]:
    return wanted[0], list(figures(*wanted))


def figures(model: str, entries: Mapping[str, Entry]) -> Iterator[str]:
    """The SVGs of one model from its entries by environment, those without evidence left out by the caller.

    Where every environment answers bit for bit alike there is no shift to draw.
    """
    colours = colours_of(entries)
    evidence: Any = next(iter(entries.values())).evidence
    scorers = scorers_of(evidence["metrics"])
    first = scorers[0]
    moved = any(entry.verdict not in (BASELINE, IDENTICAL) for entry in entries.values())
    pictures: list[Picture] = [
        ("folds", f"{first.title[:1].upper()}{first.title[1:]} of each fold", partial(_folds, first.name)),
        ("tests", "Scores against the region of equivalence", partial(_tests, scorers)),
        *OF_ANSWERS[scorers],
    ]
    for name, title, paint in pictures:
        if moved or name not in OF_SHIFTS:
            yield draw(f"{model}-{name}", title, partial(paint, entries=entries, colours=colours))


def colours_of(entries: Mapping[str, Entry]) -> dict[str, str]:
    """A colour for each environment; grey for the baseline."""
    free = iter(COLOURS * (len(entries) // len(COLOURS) + 1))
    return {name: BASE_COLOUR if entry.verdict == BASELINE else next(free) for name, entry in entries.items()}


def _ordered(entries: Mapping[str, Entry]) -> list[tuple[str, Any, bool]]:
    """(environment, evidence, whether it is the baseline): the baseline first, so that others are drawn on it."""
    curves = [(name, entry.evidence, entry.verdict == BASELINE) for name, entry in entries.items()]
    return sorted(curves, key=lambda curve: not curve[2])


def _line(colour: str, is_baseline: bool, place: int) -> dict[str, Any]:
    """The baseline is broad and pale; the others thin, each with its dashes, so that equal curves are all seen."""
    if is_baseline:
        return {"color": colour, "linewidth": 4, "alpha": 0.35}
    return {"color": colour, "linestyle": ("-", (0, (4, 2)), (0, (1, 1.5)))[place % 3]}


def _folds(metric: str, axes: Axes, entries: Mapping[str, Entry], colours: Mapping[str, str]) -> None:
    for place, (name, evidence, is_baseline) in enumerate(_ordered(entries)):
        values = evidence["metrics"][metric]["folds"]
        folds = range(1, len(values) + 1)
        # Points, side by side: folds have no order that a line could follow.
        aside = 0.0 if is_baseline else 0.12 * (1 + place // 2) * (-1) ** place
        size, alpha = (7, 0.35) if is_baseline else (4, 1.0)
        places = [fold + aside for fold in folds]
        axes.plot(places, values, "o", markersize=size, alpha=alpha, color=colours[name], label=name)
    axes.set_xlabel("fold")
    axes.locator_params(axis="x", integer=True)


def _tests(scorers: tuple[Scorer, ...], axes: Axes, entries: Mapping[str, Entry], colours: Mapping[str, str]) -> None:
    """Each interval in units of its score's region: left of -1 is worse than allowed."""
    others = [curve for curve in _ordered(entries) if not curve[2]]
    axes.axvspan(-1, 1, color="#eaf4ea", zorder=0)
    axes.axvline(0, color=BASE_COLOUR, linewidth=0.8)
    step = 0.6 / max(len(others), 1)
    for row, scorer in enumerate(scorers):
        for place, (name, evidence, _) in enumerate(others):
            test = evidence["metrics"][scorer.name]["test"]
            unit, height = test["region"] or 1.0, row + (place - (len(others) - 1) / 2) * step
            axes.plot([test["low"] / unit, test["high"] / unit], [height, height], color=colours[name])
            label = name if row == 0 else None
            axes.plot([test["better_by"] / unit], [height], "o", markersize=3.5, color=colours[name], label=label)
    axes.set_yticks(range(len(scorers)), [scorer.title.replace(" ", "\n", 1) for scorer in scorers])
    axes.set_ylim(len(scorers) - 0.5, -0.5)
    low, high = axes.get_xlim()
    axes.set_xlim(min(low, -1.6), max(high, 1.6))
    axes.set_xlabel("worse   <   regions of equivalence   >   better")


def _probabilities(axes: Axes, entries: Mapping[str, Entry], colours: Mapping[str, str]) -> None:
    _moved("probabilities", axes, entries, colours)
    axes.set_xlabel("share of rows with |dp| not above (in sample: dashed)")


def _numbers(axes: Axes, entries: Mapping[str, Entry], colours: Mapping[str, str]) -> None:
    _moved("numbers", axes, entries, colours)
    axes.set_xlabel("share of rows with no larger move (in sample: dashed)")
    axes.set_ylabel("RMSE of the baseline")


def _decisions(axes: Axes, entries: Mapping[str, Entry], colours: Mapping[str, str]) -> None:
    _moved("decisions", axes, entries, colours)
    axes.set_xlabel("share of rows with no larger move (in sample: dashed)")
    axes.set_ylabel("root mean square of the baseline's scores")


def _moved(key: str, axes: Axes, entries: Mapping[str, Entry], colours: Mapping[str, str]) -> None:
    for name, evidence, is_baseline in _ordered(entries):
        if is_baseline:
            continue
        for kind in KINDS:
            quantiles = evidence[key][kind]["quantiles"]
            values = [max(quantile["difference"], SMALLEST) for quantile in quantiles]
            style = "-" if kind == KINDS[0] else (0, (2, 1.5))
            shares = [quantile["share"] for quantile in quantiles]
            axes.plot(shares, values, linestyle=style, color=colours[name], marker=".", markersize=3)
    axes.set_yscale("log")
    axes.set_ylim(SMALLEST / 3, 2)
    axes.set_yticks([SMALLEST, 1e-15, 1e-12, 1e-9, 1e-6, 1e-3, 1], ["0", "1e-15", "1e-12", "1e-9", "1e-6", "1e-3", "1"])
    axes.minorticks_off()


def _roc(axes: Axes, entries: Mapping[str, Entry], colours: Mapping[str, str]) -> None:
    axes.plot([0, 1], [0, 1], color="#c3c8ce", linewidth=0.8)
    for place, (name, evidence, is_baseline) in enumerate(_ordered(entries)):
        rates = evidence["quality"]["roc"]
        grid = np.linspace(0, 1, len(rates))
        # From (0, 0) up to what is found without a single false alarm.
        axes.plot([0, *grid], [0, *rates], label=name, **_line(colours[name], is_baseline, place))
    axes.set_xlabel("false positive rate")
    axes.set_ylabel("true positive rate")


def _calibration(axes: Axes, entries: Mapping[str, Entry], colours: Mapping[str, str]) -> None:
    axes.plot([0, 1], [0, 1], color="#c3c8ce", linewidth=0.8)
    for place, (name, evidence, is_baseline) in enumerate(_ordered(entries)):
        bins = evidence["quality"]["calibration"]
        points = [part["predicted"] for part in bins], [part["observed"] for part in bins]
        axes.plot(*points, marker="o", markersize=2.5, label=name, **_line(colours[name], is_baseline, place))
    axes.set_xlabel("predicted probability")
    axes.set_ylabel("observed share")


def _errors(axes: Axes, entries: Mapping[str, Entry], colours: Mapping[str, str]) -> None:
    axes.axhline(0, color="#c3c8ce", linewidth=0.8)
    for place, (name, evidence, is_baseline) in enumerate(_ordered(entries)):
        quantiles = [part for part in evidence["errors"]["quantiles"] if 0 < part["share"] < 1]
        points = [part["share"] for part in quantiles], [part["value"] for part in quantiles]
        axes.plot(*points, marker="o", markersize=2.5, label=name, **_line(colours[name], is_baseline, place))
    axes.set_xlabel("share of rows with an error below")
    axes.set_ylabel("prediction minus truth")


Picture = tuple[str, str, Callable[..., None]]

ROC: Picture = ("roc", "ROC, out of fold", _roc)

OF_ANSWERS: Mapping[tuple[Scorer, ...], tuple[Picture, ...]] = {
    CLASSIFICATION: (
        ("dp", "Probability differences, sorted", _probabilities),
        ROC,
        ("calibration", "Calibration, out of fold", _calibration),
    ),
    DECISIONS: (("moved", "Differences of decision scores, sorted", _decisions), ROC),
    LABELS: (),
    REGRESSION: (
        ("moved", "Differences of numbers, sorted", _numbers),
        ("errors", "Errors, out of fold", _errors),
    ),
}
"""What is drawn beside the scores, which tell the kind of answers."""

OF_SHIFTS = ("tests", "dp", "moved")
"""Pictures of how far something moved."""

WORTH_A_PROCESS = 4
"""How many models' pictures take longer than starting a process for them."""

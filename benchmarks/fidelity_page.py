"""docs/fidelity.md, from the figures in benchmarks/fidelity.json."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from remodel.markdown import render
from remodel.versions import sort_by_version

TEMPLATE = Path(__file__).with_suffix(".md")

Figures = Mapping[str, Any]
"""Of one file: labels that differ, the largest difference, exempt rows; or the reason why there is none."""

FAR = 0.5
"""Beyond it a difference is written as it is, and not by its power of ten."""


def page(measured: Mapping[str, Any]) -> str:
    """The page of every environment's figures."""
    names = sort_by_version(measured)
    cells = [cell for name in names for cell in measured[name]["cells"].values()]
    ours, stock = ([cell[side] for cell in cells] for side in ("ours", "stock"))
    content = {
        "rows": sum(cell["rows"] for cell in cells),
        "summary": _summary(ours, stock),
        "versions": [measured[name]["versions"]["scikit-learn"] for name in names],
        "sides": {"Ours": _rows(measured, names, "ours"), "Stock skl2onnx": _rows(measured, names, "stock")},
        "reasons": sorted({_general(figures["reason"]) for figures in stock if "reason" in figures}),
    }
    return render(TEMPLATE, content)


def _summary(ours: list[Figures], stock: list[Figures]) -> list[list[Any]]:
    sides = (ours, stock)
    return [
        ["cells", *map(len, sides)],
        ["without a file", 0, sum("reason" in figures for figures in stock)],
        ["with another label", *(sum(bool(figures.get("labels")) for figures in side) for side in sides)],
        ["labels different", *(sum(figures.get("labels", 0) for figures in side) for side in sides)],
        ["largest difference", *(_size(max(map(_largest, side))) for side in sides)],
        ["exempt rows", sum(figures["exempt"] for figures in ours), "-"],
    ]


def _largest(figures: Figures) -> float:
    return float(figures.get("largest") or 0.0)


def _rows(measured: Mapping[str, Any], names: list[str], side: str) -> list[list[str]]:
    estimators = {estimator for name in names for estimator in measured[name]["cells"]}
    return [
        [estimator, *(_cell(measured[name]["cells"][estimator][side]) for name in names)]
        for estimator in sorted(estimators)
    ]


def _cell(figures: Figures) -> str:
    if "reason" in figures:
        return "none"
    exempt = f" ({figures['exempt']} exempt)" if figures.get("exempt") else ""
    largest = "not finite" if figures["largest"] is None else _size(figures["largest"])
    return f"{figures['labels']} / {largest}{exempt}"


def _size(value: float) -> str:
    return "0" if value == 0 else f"{value:.2f}" if value >= FAR else f"{value:.0e}"


def _general(reason: str) -> str:
    """A reason without versions and values."""
    text = re.sub(r"^skl2onnx [\d.]+", "skl2onnx", reason)
    return re.sub(r" and attributes=.*|\. You may raise an issue at .*|\(.*", "", text).strip()

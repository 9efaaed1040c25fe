"""docs/fidelity.md, from the figures in benchmarks/fidelity.json."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

HEAD = """# Fidelity

How far `model.onnx` is from scikit-learn: labels that differ, and the largest difference of two probabilities.
DO NOT EDIT: `python benchmarks/fidelity.py` measures it in the locked containers, and `--page` writes the page
again from `benchmarks/fidelity.json`.

Each cell is a pipeline (median imputation, standard scaling, the estimator) fitted on 600 rows with six numeric
columns of very different scales, holes and three classes, and asked on adversarial rows: values of the data and
thresholds of trees, one ulp beside them, their float32 neighbours and rounding midpoints, missing values.
{rows:,} rows in all, the same for both files.

A cell reads *labels different / largest difference*. Ours is held to 0 / 1e-9. Rows on which scikit-learn itself
has no stable answer are left out of ours, and counted behind it as *(n exempt)*; nothing is left out of stock
skl2onnx's, which is in single precision.
"""

FAR = 0.5
"""Beyond it a difference is written as it is, and not by its power of ten."""


def page(found: Mapping[str, Any]) -> str:
    """The page of every environment's figures."""
    names = sorted(found, key=lambda name: [int(part) for part in re.findall(r"\d+", name)])
    cells = [cell for name in names for cell in found[name]["cells"].values()]
    parts = [HEAD.format(rows=sum(cell["rows"] for cell in cells)), _summary(cells)]
    parts += [_table("Ours", found, names, "ours"), _table("Stock skl2onnx", found, names, "stock")]
    reasons = sorted({_general(cell["stock"]["reason"]) for cell in cells if "reason" in cell["stock"]})
    if reasons:
        parts.append(
            "\n".join(["`none`: skl2onnx wrote no file, or one that does not load:", "", *map(_item, reasons), ""])
        )
    return "\n".join(parts)


def _summary(cells: list[Mapping[str, Any]]) -> str:
    stock = [cell["stock"] for cell in cells]
    rows = [
        ("cells", len(cells), len(cells)),
        ("without a file", 0, sum("reason" in one for one in stock)),
        ("with another label", *(sum(bool(one.get("labels")) for one in side) for side in (_ours(cells), stock))),
        ("labels different", *(sum(one.get("labels", 0) for one in side) for side in (_ours(cells), stock))),
        ("largest difference", *(_size(max(map(_largest, side))) for side in (_ours(cells), stock))),
        ("exempt rows", sum(one["exempt"] for one in _ours(cells)), "-"),
    ]
    lines = [f"| {name} | {ours} | {theirs} |" for name, ours, theirs in rows]
    return "\n".join(["| | ours | stock skl2onnx |", "|---|---|---|", *lines, ""])


def _ours(cells: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [cell["ours"] for cell in cells]


def _largest(figures: Mapping[str, Any]) -> float:
    return float(figures.get("largest") or 0.0)


def _table(title: str, found: Mapping[str, Any], names: list[str], side: str) -> str:
    estimators = list(dict.fromkeys(name for environment in names for name in found[environment]["cells"]))
    heads = [f"{found[name]['versions']['scikit-learn']}" for name in names]
    lines = [f"## {title}", "", f"| estimator | {' | '.join(heads)} |", "|---" * (len(names) + 1) + "|"]
    for estimator in sorted(estimators):
        cells = [_cell(found[name]["cells"][estimator][side]) for name in names]
        lines.append(f"| {estimator} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _cell(figures: Mapping[str, Any]) -> str:
    if "reason" in figures:
        return "none"
    exempt = f" ({figures['exempt']} exempt)" if figures.get("exempt") else ""
    largest = "not finite" if figures["largest"] is None else _size(figures["largest"])
    return f"{figures['labels']} / {largest}{exempt}"


def _size(value: float) -> str:
    return "0" if value == 0 else f"{value:.2f}" if value >= FAR else f"{value:.0e}"


def _general(reason: str) -> str:
    """A reason without versions and values."""
    words = re.sub(r"^skl2onnx [\d.]+", "skl2onnx", reason)
    return re.sub(r" and attributes=.*|\. You may raise an issue at .*|\(.*", "", words).strip()


def _item(reason: str) -> str:
    return f"- {reason}"

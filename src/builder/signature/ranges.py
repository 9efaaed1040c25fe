"""How far from the training data a number may be: as far as the model, and its ONNX file in the same way, answer."""

from __future__ import annotations

from typing import Any

import numpy
import pandas

from builder.onnx.proof.rows import replaced
from builder.onnx.proof.together import WIDE
from builder.signature.asked import Asked

SPANS = (1000, 100, 10, 1, 0)
"""So many times the width of a column's training data on either side; the first that holds is taken.

Production data leave the range of the training data now and then, but not by a factor of a thousand: that is another
unit or a broken reader. Beyond it nothing was compared, and sums of huge numbers lose what makes classes different."""

LARGEST = float(numpy.finfo(numpy.float32).max)
"""What scikit-learn's trees refuse is larger."""

TOGETHER = 32
"""So many rows have every number at one end of its range."""


def ranges(asked: Asked, schema: dict) -> dict[str, tuple[float, float]]:
    """The lowest and the highest number by numeric column; columns that hold no number are left out."""
    columns = [column for column in schema["columns"] if column["dtype"] == "float64" and column["minimum"] is not None]
    held: dict[str, int] = {}
    if len(columns) > WIDE:  # asked about together only
        held = {column["name"]: SPANS[0] for column in columns}
    for spans in SPANS if not held else ():
        left = [column for column in columns if column["name"] not in held]
        held.update(dict.fromkeys(_holding(asked, left, spans), spans))
    for most in SPANS:
        ends = {column["name"]: _ends(column, min(most, held[column["name"]])) for column in columns}
        if not columns or asked.agrees(_together(asked, ends)):
            break
    return ends


def _holding(asked: Asked, columns: list[dict], spans: int) -> list[str]:
    """The columns of which rows at both ends of the range are answered; those of the training data's own range are."""
    rows = {
        column["name"]: pandas.concat([asked.rows({column["name"]: end}) for end in _ends(column, spans)])
        for column in columns
    }
    if spans == 0 or (rows and asked.agrees(pandas.concat(list(rows.values()), ignore_index=True))):
        return list(rows)
    return [name for name, frame in rows.items() if asked.agrees(frame)]


def _ends(column: dict, spans: int) -> tuple[float, float]:
    low, high = float(column["minimum"]), float(column["maximum"])
    if column["kind"] == "boolean":
        return low, high
    width = (high - low) or max(abs(low), 1.0)
    if spans == 0 or not numpy.isfinite(spans * width):
        return low, high
    return min(low, max(_round(low - spans * width), -LARGEST)), max(high, min(_round(high + spans * width), LARGEST))


def _round(value: float) -> float:
    """Four digits, for readers."""
    return float(f"{value:.4g}")


def _together(asked: Asked, by_column: dict[str, tuple[float, float]]) -> Any:
    """Rows with every number at the low or the high end of its range, by chance."""
    random = numpy.random.default_rng(0)
    chosen = {name: numpy.array(ends)[random.integers(0, 2, TOGETHER)] for name, ends in by_column.items()}
    return replaced(asked.rows({}, TOGETHER), chosen)

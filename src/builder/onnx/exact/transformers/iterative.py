"""Imputers that look at the other columns: KNNImputer, and IterativeImputer with its regressors."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arithmetic import beside, column, row, sum_rows, with_row
from ..classifiers.neighbours import weights_of
from ..frame import Frame, join, numeric
from ..graph import Graph
from ..registry import regress, transform, transformer
from ..unsupported import Unsupported
from .imputer import indicators
from .scalers import clipped


@transformer("IterativeImputer")
def iterative(g: Graph, estimator: Any, frame: Frame) -> Frame:
    """The rounds that were fitted, one column after the other, each from what the others have by then."""
    if estimator.sample_posterior:
        raise Unsupported(estimator, "draws from a posterior")
    _check_marker(estimator)
    empty = getattr(estimator, "_is_empty_feature", np.isnan(estimator.initial_imputer_.statistics_))
    if np.any(empty):
        raise Unsupported(estimator, "columns without any value")
    x, width = frame.matrix(g), frame.width
    missing = g.op("IsNaN", x)
    filled = transform(g, estimator.initial_imputer_, numeric(x, width)).matrix(g)
    columns = [column(g, filled, place) for place in range(width)]
    for step in estimator.imputation_sequence_:
        place, others = int(step.feat_idx), [int(other) for other in step.neighbor_feat_idx]
        seen = numeric(g.op("Concat", *(columns[other] for other in others), axis=1), len(others))
        low, high = (float(np.ravel(bound)[place]) for bound in (estimator._min_value, estimator._max_value))
        guess = regress(g, step.estimator, seen)
        if np.isfinite(low) or np.isfinite(high):
            guess = clipped(g, guess, low, high, 1)
        columns[place] = g.op("Where", column(g, missing, place), guess, columns[place])
    return _indicated(g, estimator, missing, numeric(beside(g, columns), width))


@transformer("KNNImputer")
def of_neighbours(g: Graph, estimator: Any, frame: Frame) -> Frame:
    """A missing value becomes the mean of the nearest training rows that have one (Troyanskaya and others 2001)."""
    _check_marker(estimator)
    if estimator.metric != "nan_euclidean" or estimator.weights not in ("uniform", "distance"):
        raise Unsupported(estimator, "a metric or weights of its own")
    x, width, rows = frame.matrix(g), frame.width, np.asarray(estimator._fit_X, dtype=np.float64)
    if np.isnan(rows).all(axis=0).any():
        raise Unsupported(estimator, "columns without any value")
    missing = g.op("IsNaN", x)
    far = _distances(g, x, missing, rows)
    columns = []
    for place in range(width):
        donors = np.flatnonzero(~np.isnan(rows[:, place]))
        values = rows[donors, place]
        count = min(estimator.n_neighbors, donors.size)
        mine = g.op("Gather", far, g.constant(donors, np.int64), axis=1)
        near, chosen = g.ops("TopK", [mine, g.constant([count], np.int64)], 2, axis=1, largest=0, sorted=1)
        if estimator.weights == "distance":
            weight = weights_of(g, near)
        else:
            weight = g.op("Cast", g.op("Less", near, row(g, np.inf, count)), to=11)
        given = g.op("Mul", weight, g.op("Gather", g.constant(values), chosen))
        total = sum_rows(g, weight)
        none = g.op("Equal", total, row(g, 0.0, 1))
        mean = g.op("Where", none, row(g, float(values.mean()), 1), g.op("Div", sum_rows(g, given), total))
        columns.append(g.op("Where", column(g, missing, place), mean, column(g, x, place)))
    return _indicated(g, estimator, missing, numeric(beside(g, columns), width))


def _distances(g: Graph, x: str, missing: str, rows: np.ndarray) -> str:
    """Distances over the columns that both rows have, scaled up to all columns, [N, rows]; infinite without any."""
    count, width = rows.shape
    here = g.op("Cast", g.op("Not", missing), to=11)
    filled = g.op("Where", missing, row(g, 0.0, width), x)
    there = ~np.isnan(rows)
    squares: list[str] = []
    for place in range(width):
        gap = g.op("Sub", column(g, filled, place), g.constant(np.where(there, rows, 0.0)[:, place][np.newaxis]))
        shared = with_row(g, "Mul", column(g, here, place), there[:, place].astype(np.float64), count)
        squares.append(g.op("Mul", g.op("Mul", gap, gap), shared))
    total, shared_columns = squares[0], g.op("MatMul", here, g.constant(there.T.astype(np.float64)))
    for square in squares[1:]:
        total = g.op("Add", total, square)
    none = g.op("Equal", shared_columns, row(g, 0.0, count))
    share = g.op("Div", total, g.op("Where", none, row(g, 1.0, count), shared_columns))
    return g.op("Where", none, row(g, np.inf, count), g.op("Sqrt", with_row(g, "Mul", share, float(width), count)))


def _check_marker(estimator: Any) -> None:
    if estimator.missing_values == estimator.missing_values:
        raise Unsupported(estimator, f"missing_values={estimator.missing_values!r}")


def _indicated(g: Graph, estimator: Any, missing: str, filled: Frame) -> Frame:
    """The filled columns, and after them which were missing where that is asked for."""
    if not estimator.add_indicator:
        return filled
    return join([filled, indicators(g, missing, estimator.indicator_.features_, filled.width)], False)

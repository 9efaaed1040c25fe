"""SimpleImputer and MissingIndicator."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..arithmetic import row
from ..frame import Frame, join, numeric
from ..graph import Graph
from ..registry import transformer
from ..unsupported import Unsupported


@transformer("SimpleImputer")
def impute(g: Graph, estimator: Any, frame: Frame) -> Frame:
    """Text waits for its encoder; numbers become Where(missing, statistic, x)."""
    if frame.is_text or frame.pending:
        return replace(frame, pending=(*frame.pending, estimator))
    statistics = np.asarray(estimator.statistics_, dtype=np.float64)
    keep = _kept(estimator, statistics)
    mask = _mask(g, estimator, frame.matrix(g), frame.width)
    filled = _filled(g, frame.select(g, keep), _part(g, mask, keep, frame.width), statistics[keep])
    if not estimator.add_indicator:
        return filled
    return join([filled, indicators(g, mask, estimator.indicator_.features_, frame.width)], frame.sparse)


def _kept(estimator: Any, statistics: np.ndarray) -> list[int]:
    """Columns without a statistic (nothing was observed) are dropped, unless the fit was told to keep them."""
    if estimator.strategy == "constant" or getattr(estimator, "keep_empty_features", False):
        return list(range(statistics.size))
    return [int(i) for i in np.flatnonzero(~np.isnan(statistics))]


def _filled(g: Graph, frame: Frame, mask: str, statistics: np.ndarray) -> Frame:
    if not frame.width:
        return frame
    value = g.op("Where", mask, row(g, statistics, frame.width), frame.matrix(g))
    return numeric(value, frame.width, frame.sparse)


def _mask(g: Graph, estimator: Any, x: str, width: int) -> str:
    marker = estimator.missing_values
    if marker is None or not isinstance(marker, (int, float, np.number)):
        raise Unsupported(estimator, f"missing_values={marker!r} in numeric columns")
    if marker != marker:
        return g.op("IsNaN", x)
    return g.op("Equal", x, row(g, float(marker), width))


def _part(g: Graph, mask: str, keep: list[int], width: int) -> str:
    if len(keep) == width:
        return mask
    return g.op("Gather", mask, g.constant(keep, np.int64), axis=1)


def indicators(g: Graph, mask: str, features: Any, width: int) -> Frame:
    chosen = [int(i) for i in features]
    return numeric(g.op("Cast", _part(g, mask, chosen, width), to=11), len(chosen))


@transformer("MissingIndicator")
def indicate(g: Graph, estimator: Any, frame: Frame) -> Frame:
    mask = _mask(g, estimator, frame.matrix(g), frame.width)
    return indicators(g, mask, estimator.features_, frame.width)

"""Feature selection: every selector keeps some columns, which it names in `get_support`."""

from __future__ import annotations

from typing import Any

from ..frame import Frame
from ..graph import Graph
from ..registry import transformer


@transformer(
    "SelectKBest",
    "SelectPercentile",
    "SelectFpr",
    "SelectFdr",
    "SelectFwe",
    "GenericUnivariateSelect",
    "SelectFromModel",
    "VarianceThreshold",
    "RFE",
    "RFECV",
    "SequentialFeatureSelector",
)
def select(g: Graph, estimator: Any, frame: Frame) -> Frame:
    chosen = [int(i) for i in estimator.get_support(indices=True)]
    return frame.select(g, chosen)

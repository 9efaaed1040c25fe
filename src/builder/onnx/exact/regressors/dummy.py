"""DummyRegressor: the same number for every row."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arithmetic import axes
from ..frame import Frame
from ..graph import Graph
from ..registry import regressor
from ..unsupported import Unsupported


@regressor("DummyRegressor")
def dummy(g: Graph, estimator: Any, frame: Frame) -> str:
    constant = np.asarray(estimator.constant_, dtype=np.float64).reshape(1, -1)
    if constant.size != 1:
        raise Unsupported(estimator, "several outputs")
    rows = g.op("Shape", frame.pieces[0].value, start=0, end=1)
    return g.op("Expand", g.constant(constant), g.op("Concat", rows, axes(g, 1), axis=0))

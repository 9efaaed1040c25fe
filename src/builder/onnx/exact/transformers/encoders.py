"""Encoders of categories: one-hot, ordinal and target means, each a table of what the fitted encoder answers."""

from __future__ import annotations

from typing import Any

from ..cells import table
from ..frame import Frame
from ..graph import Graph
from ..registry import transformer


@transformer("OneHotEncoder", "OrdinalEncoder", "TargetEncoder")
def encode(g: Graph, estimator: Any, frame: Frame) -> Frame:
    return table(g, [*frame.pending, estimator], frame)

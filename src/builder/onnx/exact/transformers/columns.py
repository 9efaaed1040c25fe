"""ColumnTransformer: some columns through one transformer, some through another."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..frame import Frame, join
from ..graph import Graph
from ..registry import transform, transformer
from ..unsupported import Unsupported
from .composition import weighted


@transformer("ColumnTransformer")
def columns(g: Graph, estimator: Any, frame: Frame) -> Frame:
    weights = estimator.transformer_weights or {}
    parts = []
    for name, step, chosen in estimator.transformers_:
        indices = resolve(estimator, chosen, frame)
        if indices and not (isinstance(step, str) and step == "drop"):
            parts.append(weighted(g, transform(g, step, frame.select(g, indices)), weights.get(name)))
    return join(parts, sparse=bool(estimator.sparse_output_))


def resolve(estimator: Any, chosen: Any, frame: Frame) -> list[int]:
    """Positions of the columns that a fitted ColumnTransformer names by position, slice, mask or name."""
    if isinstance(chosen, str):
        raise Unsupported(estimator, f"column {chosen!r} as a scalar gives its transformer one-dimensional data")
    if isinstance(chosen, slice):
        return _sliced(estimator, chosen, frame)
    items = list(chosen)
    if items and all(isinstance(item, str) for item in items):
        places = {name: place for place, name in enumerate(_names(estimator, frame))}
        return [places[item] for item in items]
    picked = np.arange(frame.width)[np.asarray(items, dtype=bool if _is_mask(items) else np.int64)]
    return [int(i) for i in picked]


def _is_mask(items: list[Any]) -> bool:
    return bool(items) and all(isinstance(item, (bool, np.bool_)) for item in items)


def _sliced(estimator: Any, chosen: slice, frame: Frame) -> list[int]:
    start, stop = chosen.start, chosen.stop
    if isinstance(start, str) or isinstance(stop, str):
        names = _names(estimator, frame)
        start = names.index(start) if start is not None else None
        stop = names.index(stop) + 1 if stop is not None else None  # label slices include their end
    return list(range(frame.width))[slice(start, stop, chosen.step)]


def _names(estimator: Any, frame: Frame) -> list[str]:
    names = frame.names if frame.names is not None else getattr(estimator, "feature_names_in_", None)
    if names is None or len(names) != frame.width:
        raise Unsupported(estimator, "chooses columns by name from a step whose columns have no known names")
    return list(names)

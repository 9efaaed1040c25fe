"""Attributes of fitted estimators that skops cannot load back, in forms that it can.

Until 1.0 ColumnTransformer keeps the columns as a pandas Index (`_df_columns`), which skops 0.10 writes and then
refuses to load; an object array answers the same questions.
"""

from __future__ import annotations

from typing import Any

import numpy
import pandas


def make_storable(model: Any) -> None:
    """Replace every pandas Index among the attributes of `model` and of all estimators inside it, in place."""
    _visit(model, set())


def _visit(value: Any, seen: set) -> None:
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, dict):
        children = list(value.values())
    elif isinstance(value, (list, tuple)):
        children = list(value)
    elif hasattr(value, "get_params") and not isinstance(value, type):
        children = list(_without_index(value))
    else:
        return
    for child in children:
        _visit(child, seen)


def _without_index(estimator: Any) -> Any:
    for name, value in vars(estimator).items():
        if isinstance(value, pandas.Index):
            setattr(estimator, name, numpy.array(value, dtype=object))
        yield value

"""Attributes of fitted estimators that skops cannot load back, in forms that it can.

Until 1.0 ColumnTransformer keeps the columns as a pandas Index (`_df_columns`), which skops 0.10 writes and then
refuses to load; an object array answers the same questions. A search keeps how many seconds its fits took, which are
others in every build: they are zero in a stored one.
"""

from __future__ import annotations

from typing import Any

import numpy
import pandas


def make_storable(model: Any) -> list[str]:
    """Replace what cannot be stored, or not twice alike, in `model` and all estimators inside it, in place.

    The attributes that hold times, which are zero now, by the classes that have them: "GridSearchCV.refit_time_".
    """
    zeroed: set[str] = set()
    _visit(model, set(), zeroed)
    return sorted(zeroed)


def _visit(value: Any, seen: set, zeroed: set[str]) -> None:
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, dict):
        children = list(value.values())
    elif isinstance(value, (list, tuple)):
        children = list(value)
    elif hasattr(value, "get_params") and not isinstance(value, type):
        children = list(_replaced(value, zeroed))
    else:
        return
    for child in children:
        _visit(child, seen, zeroed)


def _replaced(estimator: Any, zeroed: set[str]) -> Any:
    """The values of an estimator's attributes, after some of them were replaced."""
    for name, value in vars(estimator).items():
        if isinstance(value, pandas.Index):
            setattr(estimator, name, numpy.array(value, dtype=object))
        elif name == "refit_time_":
            setattr(estimator, name, 0.0)
            zeroed.add(f"{type(estimator).__name__}.{name}")
        elif name == "cv_results_":
            for key in [key for key in value if key.endswith("_time")]:
                value[key] = numpy.zeros_like(value[key])
                zeroed.add(f"{type(estimator).__name__}.{name}.{key}")
        yield value

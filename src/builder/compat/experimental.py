"""Estimators that scikit-learn shows only after an `enable_...` module was imported.

Source: "What's new" of 1.0 (histogram gradient boosting became stable) and of 0.21 and 0.24 (the others).
"""

from __future__ import annotations

import importlib
from typing import NamedTuple, Optional

from container.versions import at_least


class Experimental(NamedTuple):
    """One class name, the module that enables it, and the version since which it is stable (None: not yet)."""

    name: str
    module: str
    stable_since: Optional[str]


TABLE = (
    Experimental("HistGradientBoostingClassifier", "enable_hist_gradient_boosting", "1.0"),
    Experimental("HistGradientBoostingRegressor", "enable_hist_gradient_boosting", "1.0"),
    Experimental("IterativeImputer", "enable_iterative_imputer", None),
    Experimental("HalvingGridSearchCV", "enable_halving_search_cv", None),
    Experimental("HalvingRandomSearchCV", "enable_halving_search_cv", None),
)


def enable(name: str) -> None:
    """Make the class `name` importable from its public module."""
    for row in TABLE:
        if row.name == name and not (row.stable_since and at_least("scikit-learn", row.stable_since)):
            importlib.import_module(f"sklearn.experimental.{row.module}")

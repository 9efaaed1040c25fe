"""The datasets that are bundled with scikit-learn: the same numbers in every version of it."""

from __future__ import annotations

import re

import pyarrow
from sklearn import datasets

from snapshots.table import ARROW, NUMERIC, Column, Table

TARGETS = {
    "breast_cancer": "diagnosis",
    "diabetes": "progression",
    "digits": "digit",
    "iris": "species",
    "wine": "cultivar",
}
"""Name of the target column of each dataset; scikit-learn gives them none."""


def load(name: str) -> Table:
    """One bundled dataset, with identifier-like column names and named classes."""
    bunch = getattr(datasets, f"load_{name}")()
    if hasattr(bunch, "target_names"):
        target = pyarrow.array([str(bunch.target_names[code]) for code in bunch.target], pyarrow.string())
    else:
        target = pyarrow.array(bunch.target, pyarrow.float64())
    columns = tuple(
        Column(_identifier(feature), NUMERIC, pyarrow.array(bunch.data[:, position], ARROW[NUMERIC]))
        for position, feature in enumerate(bunch.feature_names)
    )
    return Table(columns, TARGETS[name], target)


def _identifier(feature: str) -> str:
    """ "sepal_length_cm" from "sepal length (cm)"."""
    return re.sub(r"\W+", "_", str(feature)).strip("_")

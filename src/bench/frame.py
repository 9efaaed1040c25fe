"""The rows of a request as scikit-learn gets them: as the builder hands it a snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy
import pandas

from serving.signature import WORDS


def frame(columns: Iterable[Mapping[str, Any]], values: Mapping[str, Sequence[Any]]) -> pandas.DataFrame:
    """A column of float64 or of objects for each of `columns`, which have a name and a kind; None becomes nan."""
    return pandas.DataFrame({column["name"]: _column(column["kind"], values[column["name"]]) for column in columns})


def _column(kind: str, values: Sequence[Any]) -> numpy.ndarray:
    if kind == "text":
        return numpy.array(["" if value is None else value for value in values], dtype=object)
    present = [numpy.nan if value is None else value for value in values]
    return numpy.array(present, dtype=object if kind in WORDS else numpy.float64)

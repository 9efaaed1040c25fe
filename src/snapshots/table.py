"""A dataset in memory before it is pinned: feature columns of two kinds and one target of class labels."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow

NUMERIC = "numeric"
CATEGORICAL = "categorical"

ARROW = {NUMERIC: pyarrow.float64(), CATEGORICAL: pyarrow.string()}


@dataclass(frozen=True)
class Column:
    """One feature: float64 (numeric) or string (categorical) values, missing ones null."""

    name: str
    kind: str
    values: pyarrow.Array


@dataclass(frozen=True)
class Table:
    """Feature columns in their source's order, and the target as strings without nulls."""

    columns: tuple[Column, ...]
    target_name: str
    target: pyarrow.Array

    @property
    def rows(self) -> int:
        return len(self.target)

    def counts(self) -> dict[str, int]:
        """Number of rows of each class, classes sorted as scikit-learn sorts them."""
        counts = self.target.value_counts().to_pylist()
        return dict(sorted((entry["values"], entry["counts"]) for entry in counts))

    def arrow(self) -> pyarrow.Table:
        """The features and, last, the target."""
        names = [column.name for column in self.columns] + [self.target_name]
        return pyarrow.Table.from_arrays([column.values for column in self.columns] + [self.target], names=names)

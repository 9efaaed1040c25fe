"""A dataset in memory before it is pinned: feature columns, columns that no model sees, and the target."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow

NUMERIC = "numeric"
CATEGORICAL = "categorical"
BOOLEAN = "boolean"
TEXT = "text"
DATE = "date"

FEATURES = (NUMERIC, CATEGORICAL, BOOLEAN, TEXT, DATE)

IGNORED = "ignored"
ID = "id"
WEIGHT = "weight"
GROUP = "group"
TIME = "time"

REGRESSION = "regression"
"""The task of a dataset whose target is a number."""

NUMBERS, WORDS = pyarrow.float64(), pyarrow.string()

ARROW = {
    **dict.fromkeys((NUMERIC, BOOLEAN, DATE, WEIGHT, TIME), NUMBERS),
    **dict.fromkeys((CATEGORICAL, TEXT, ID, GROUP, IGNORED), WORDS),
}
"""How each kind is stored: a boolean as 0 and 1, a date as days since 1970."""


@dataclass(frozen=True)
class Column:
    """One column: float64 or string values, missing ones null. `about` is what else its dataset says of it."""

    name: str
    kind: str
    values: pyarrow.Array
    about: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """Columns in their source's order, the target without nulls, as strings or, where it is a number to predict, as
    float64, and the rows that may be learnt from.

    `learn` is a boolean array, shape (rows,); None: all rows.
    """

    columns: tuple[Column, ...]
    target_name: str
    target: pyarrow.Array
    roles: tuple[Column, ...] = ()
    learn: Any = None

    @property
    def rows(self) -> int:
        return len(self.target)

    @property
    def has_classes(self) -> bool:
        """Whether the target is one of some labels; else it is a number."""
        return bool(self.target.type == WORDS)

    def counts(self) -> dict[str, int]:
        """Number of rows of each class, classes sorted as scikit-learn sorts them; nothing where it is a number."""
        if not self.has_classes:
            return {}
        counts = self.target.value_counts().to_pylist()
        return dict(sorted((entry["values"], entry["counts"]) for entry in counts))

    def role(self, kind: str) -> Any:
        """The values of the column with this role; None where there is none."""
        return next((column.values for column in self.roles if column.kind == kind), None)

    def filtered(self, mask: pyarrow.Array) -> Table:
        """The rows of a boolean mask without nulls."""
        features = tuple(replace(column, values=column.values.filter(mask)) for column in self.columns)
        roles = tuple(replace(column, values=column.values.filter(mask)) for column in self.roles)
        return replace(self, columns=features, roles=roles, target=self.target.filter(mask))

    def arrow(self) -> pyarrow.Table:
        """The features, the columns that no model sees, and, last, the target."""
        columns = (*self.columns, *self.roles)
        names = [column.name for column in columns] + [self.target_name]
        return pyarrow.Table.from_arrays([column.values for column in columns] + [self.target], names=names)

"""How far numbers of answers moved from the baseline's, row by row, as a comparison holds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remodel.results.answers.rounding import power_of_ten, short

LEVELS = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0)
"""Which quantiles are reported."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Moved:
    """Quantiles of the rows' differences, by level; one of them (`tail`) is the one that the tolerances name; whether
    every bit of every number is the same."""

    same_bits: bool
    quantiles: Mapping[float, float]
    tail: float

    @property
    def largest(self) -> float:
        """The largest difference."""
        return self.quantiles[1.0]

    def document(self) -> dict[str, Any]:
        """As a comparison's evidence holds it."""
        quantiles = [{"share": level, "difference": short(value)} for level, value in self.quantiles.items()]
        at_most = power_of_ten(self.largest)
        return {"difference_at_most": at_most, "quantiles": quantiles, "same_bits": self.same_bits}


def moved(differences: Floats, here: Floats, there: Floats, tail: float) -> Moved:
    """From the difference of each row, shape (rows,), and the numbers themselves, of one shape; `tail` is a level."""
    quantiles = {level: float(np.quantile(differences, level, method="higher")) for level in (*LEVELS, tail)}
    same_bits = bool(np.array_equal(here.view(np.int64), there.view(np.int64)))
    return Moved(same_bits, {level: quantiles[level] for level in LEVELS}, quantiles[tail])

"""Rows on which scikit-learn itself has no stable answer, so that none can be asked of a file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from builder.answers import Answers

MARGIN = 1e-9
STEEP = 1e-6
"""Largest difference that a steep but continuous answer may excuse; a tree's jump is larger."""
ULPS, TRIES = 4, 16
NEIGHBOURS = ("KNeighborsClassifier", "KNeighborsRegressor")
ROUNDING = {"PCA", "IncrementalPCA", "TruncatedSVD", "PowerTransformer", "QuantileTransformer", "Normalizer"}
"""Transformers whose results may differ in the last bits, so that a tree behind them may jump a few ulps away."""


@dataclass(frozen=True)
class Suspect:
    """A row of a frame to which a file answers otherwise than its model.

    row: a frame of this row alone; among: the model's answer to it among all rows of the frame; wrong and distance: how
    far the file's answer is from that.
    """

    model: Any
    row: Any
    among: Answers
    wrong: bool
    distance: float

    @cached_property
    def alone(self) -> Answers:
        """The model's answer to the row alone."""
        return self.among.ask(self.model, self.row)


def reason_of(suspect: Suspect, margin: float = MARGIN) -> str | None:
    """Why a row is exempt, or None; the label may be wrong where it is nearer to the boundary between labels than
    `margin`."""
    model, row = suspect.model, suspect.row
    if suspect.distance <= margin and _margin(model, row) < margin:
        return f"margin below {margin:g}"
    if _neighbours_tie(model, row):
        return "tie at the k-th neighbour"
    if _on_a_neighbour(model, row):
        return "brute force loses the distance to a training row at the same place"
    if suspect.among.apart(suspect.alone).beyond(MARGIN).any():
        return "scikit-learn answers otherwise for the row alone"
    steep = not suspect.wrong and suspect.distance <= STEEP
    if (steep or _rounds_before_the_end(model)) and _moved_by_ulps(suspect) >= suspect.distance:
        return "four ulps of the inputs move scikit-learn's answer as far"
    return None


def _margin(model: Any, row: Any) -> float:
    """Distance to the boundary between labels: between the two best classes, or the nearest vote."""
    final, inner = _last(model, row)
    if type(final).__name__ in ("SVC", "NuSVC"):
        return float(np.min(np.abs(final._decision_function(inner))))
    method = next((m for m in ("predict_proba", "decision_function") if hasattr(model, m)), None)
    if method is None:  # votes, which are counted and have no margin
        return float("inf")
    scores = getattr(model, method)(row)
    if np.ndim(scores) == 1:
        return float(np.abs(scores[0]))
    best = np.sort(scores[0])[::-1]
    return float(best[0] - best[1])


def _last(model: Any, row: Any) -> tuple[Any, Any]:
    """The classifier at the end of a model, and the row as it sees it."""
    if not hasattr(model, "steps"):
        return model, row
    return model.steps[-1][1], model[:-1].transform(row) if len(model.steps) > 1 else row


def _neighbours_tie(model: Any, row: Any) -> bool:
    """Whether the k-th and the next neighbour are equally far, up to rounding."""
    final, inner = _last(model, row)
    if type(final).__name__ not in NEIGHBOURS or final.n_neighbors >= final.n_samples_fit_:
        return False
    distance = final.kneighbors(inner, n_neighbors=final.n_neighbors + 1)[0][0]
    return bool(distance[-1] - distance[-2] <= MARGIN * max(1.0, distance[-1]))


def _on_a_neighbour(model: Any, row: Any) -> bool:
    """Whether |x|**2 - 2 x.y + |y|**2 of the nearest training row is rounding only, whose inverse is the weight."""
    final, inner = _last(model, row)
    if type(final).__name__ not in NEIGHBOURS or final.weights != "distance" or final._fit_method != "brute":
        return False
    values = np.asarray(inner.toarray() if hasattr(inner, "toarray") else inner, dtype=np.float64)
    distance = float(final.kneighbors(inner, n_neighbors=1)[0][0, 0])
    return bool(distance**2 <= 64 * np.finfo(np.float64).eps * float((values**2).sum()))


def _rounds_before_the_end(model: Any) -> bool:
    return bool(ROUNDING.intersection(type(part).__name__ for part in model.get_params(deep=True).values()))


def _moved_by_ulps(suspect: Suspect) -> float:
    """How far the numbers of the model's own answer move when all inputs move by four ulps, in some directions."""
    random = np.random.default_rng(0)
    same = np.zeros(TRIES, dtype=int)
    rows = suspect.row.iloc[same].reset_index(drop=True).copy()
    ulp = np.finfo(np.float64).eps
    for name in rows.columns:
        if rows[name].dtype.kind == "f":
            rows[name] = rows[name] * (1.0 + random.integers(-ULPS, ULPS + 1, TRIES) * ulp)
    moved = suspect.among.ask(suspect.model, rows)
    return float(suspect.alone.take(same).apart(moved).distance.max())

"""Rows on which scikit-learn itself has no stable answer, so that none can be asked of a file."""

from __future__ import annotations

from typing import Any

import numpy as np

MARGIN = 1e-9
STEEP = 1e-6
"""Largest difference that a steep but continuous answer may excuse; a tree's jump is larger."""
ULPS, TRIES = 4, 16
NEIGHBOURS = "KNeighborsClassifier"
ROUNDING = {"PCA", "IncrementalPCA", "TruncatedSVD", "PowerTransformer", "QuantileTransformer", "Normalizer"}
"""Transformers whose results may differ in the last bits, so that a tree behind them may jump a few ulps away."""


def reason_of(
    model: Any, row: Any, frame: Any, number: int, distance: float, same_label: bool, margin: float = MARGIN
) -> str | None:
    """Why a row of a frame is exempt, or None.

    `row` is the row alone, `number` its place in the frame, `distance` by how much the file's probabilities differ; the
    label may be wrong where it is nearer to the boundary between labels than `margin`.
    """
    if distance <= margin and _margin(model, row) < margin:
        return f"margin below {margin:g}"
    if _neighbours_tie(model, row):
        return "tie at the k-th neighbour"
    if _on_a_neighbour(model, row):
        return "brute force loses the distance to a training row at the same place"
    if _unstable(model, row, frame, number):
        return "scikit-learn answers otherwise for the row alone"
    steep = same_label and distance <= STEEP
    if (steep or _rounds_before_the_end(model)) and _moved_by_ulps(model, row) >= distance:
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
    if type(final).__name__ != NEIGHBOURS or final.n_neighbors >= final.n_samples_fit_:
        return False
    distance = final.kneighbors(inner, n_neighbors=final.n_neighbors + 1)[0][0]
    return bool(distance[-1] - distance[-2] <= MARGIN * max(1.0, distance[-1]))


def _on_a_neighbour(model: Any, row: Any) -> bool:
    """Whether |x|**2 - 2 x.y + |y|**2 of the nearest training row is rounding only, whose inverse is the weight."""
    final, inner = _last(model, row)
    if type(final).__name__ != NEIGHBOURS or final.weights != "distance" or final._fit_method != "brute":
        return False
    values = np.asarray(inner.toarray() if hasattr(inner, "toarray") else inner, dtype=np.float64)
    distance = float(final.kneighbors(inner, n_neighbors=1)[0][0, 0])
    return bool(distance**2 <= 64 * np.finfo(np.float64).eps * float((values**2).sum()))


def _rounds_before_the_end(model: Any) -> bool:
    return bool(ROUNDING.intersection(type(part).__name__ for part in model.get_params(deep=True).values()))


def _unstable(model: Any, row: Any, frame: Any, number: int) -> bool:
    if not hasattr(model, "predict_proba"):
        return bool(model.predict(row)[0] != model.predict(frame)[number])
    alone, together = model.predict_proba(row)[0], model.predict_proba(frame)[number]
    return bool(np.abs(alone - together).max() > MARGIN)


def _moved_by_ulps(model: Any, row: Any) -> float:
    """How far the model's own probabilities move when all numbers move by four ulps, in some directions."""
    if not hasattr(model, "predict_proba"):
        return 0.0
    random = np.random.default_rng(0)
    rows = row.iloc[np.zeros(TRIES, dtype=int)].reset_index(drop=True).copy()
    ulp = np.finfo(np.float64).eps
    for name in rows.columns:
        if rows[name].dtype.kind == "f":
            rows[name] = rows[name] * (1.0 + random.integers(-ULPS, ULPS + 1, TRIES) * ulp)
    return float(np.abs(model.predict_proba(rows) - model.predict_proba(row)).max())

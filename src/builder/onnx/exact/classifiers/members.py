"""What ensembles need of their members: votes and probabilities in the columns of the ensemble's classes."""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np

from ..graph import Graph
from ..registry import Classified


def places(member_classes: Any, classes: Any) -> np.ndarray:
    """Where a member's classes stand among the ensemble's, which it may know only some of."""
    known = list(np.asarray(classes).tolist())
    return np.array([known.index(label) for label in np.asarray(member_classes).tolist()], dtype=np.int64)


def spread(values: np.ndarray, place: np.ndarray, count: int) -> np.ndarray:
    """Columns of a member's table in the ensemble's columns, zero elsewhere."""
    if np.array_equal(place, np.arange(count)):
        return values
    table = np.zeros((values.shape[0], count))
    table[:, place] = values
    return table


def spread_columns(g: Graph, value: str, place: np.ndarray, count: int) -> str:
    """The same for a value [N, member's classes] of the graph."""
    if np.array_equal(place, np.arange(count)):
        return value
    first = g.op("Gather", value, g.constant([0], np.int64), axis=1)
    padded = g.op("Concat", value, g.op("Sub", first, first), axis=1)
    order = np.full(count, place.size)
    order[place] = np.arange(place.size)
    return g.op("Gather", padded, g.constant(order, np.int64), axis=1)


def votes(g: Graph, scores: Classified, classes: Any, yes: float = 1.0, no: float = 0.0) -> str:
    """`yes` in the column of the label and `no` elsewhere, [N, classes]."""
    place, count = places(scores.classes, classes), len(classes)
    table = np.where(np.arange(count)[np.newaxis] == place[:, np.newaxis], yes, no)
    return g.op("Gather", g.constant(table), scores.index)


def are_trees(members: Sequence[Any]) -> bool:
    """Whether all members are decision trees, whose answers can be worked out leaf by leaf beforehand."""
    names = ("DecisionTreeClassifier", "ExtraTreeClassifier")
    return all(type(m).__name__ in names and getattr(m, "n_outputs_", 1) == 1 for m in members)

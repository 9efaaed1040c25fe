"""DecisionTree, RandomForest and ExtraTrees classifiers: bit-equal to scikit-learn's."""

from __future__ import annotations

from typing import Any, Sequence

import numpy as np

from builder.compat.exporting import leaves_hold_counts

from ..arithmetic import argmax, axes, with_row
from ..frame import Frame
from ..graph import Graph
from ..registry import Classified, classifier
from ..tree_ensemble import Tree, gathered_sum, leaf_rows, of_sklearn, stacked
from ..unsupported import Unsupported


def leaf_probabilities(estimator: Any) -> np.ndarray:
    """What `predict_proba` of a decision tree answers at each node, [nodes, classes]."""
    values = np.array(estimator.tree_.value[:, 0, : estimator.n_classes_])
    if leaves_hold_counts():
        total = values.sum(axis=1)[:, np.newaxis]
        total[total == 0.0] = 1.0
        values /= total
    return values


def single_output(estimator: Any) -> None:
    """Refuse models of several targets."""
    if getattr(estimator, "n_outputs_", 1) != 1:
        raise Unsupported(estimator, "several outputs")


@classifier("DecisionTreeClassifier", "ExtraTreeClassifier")
def tree(g: Graph, estimator: Any, frame: Frame) -> Classified:
    """The label is the argmax of the leaf's raw values, before they are divided by their sum."""
    single_output(estimator)
    nodes = of_sklearn(estimator.tree_)
    rows = leaf_rows(g, frame.matrix(g), [nodes], single=True)
    labels = np.argmax(estimator.tree_.value[nodes.leaves, 0, :], axis=1)
    index = g.op("Gather", g.constant(labels, np.int64), g.op("Reshape", rows, axes(g, -1)))
    return Classified(estimator.classes_, index, gathered_sum(g, rows, leaf_probabilities(estimator)[nodes.leaves]))


@classifier("RandomForestClassifier", "ExtraTreesClassifier")
def forest(g: Graph, estimator: Any, frame: Frame) -> Classified:
    single_output(estimator)
    members = estimator.estimators_
    trees = [of_sklearn(member.tree_) for member in members]
    tables = [leaf_probabilities(member) for member in members]
    probabilities = mean(g, frame.matrix(g), trees, tables)
    return Classified(estimator.classes_, argmax(g, probabilities), probabilities)


def mean(g: Graph, x: str, trees: Sequence[Tree], tables: Sequence[np.ndarray]) -> str:
    """Mean over the trees of their leaves' rows, [N, classes]."""
    total = gathered_sum(g, leaf_rows(g, x, trees, single=True), stacked(trees, tables))
    return with_row(g, "Div", total, len(trees), tables[0].shape[1])

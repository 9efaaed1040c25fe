"""SVC and NuSVC: libsvm's votes, Platt's sigmoids and pairwise coupling.

Sources: `sklearn/svm/src/libsvm/svm.cpp` (svm_predict_values, svm_predict_probability, multiclass_probability),
Platt 1999, Wu, Lin and Weng 2004 (second method).
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from ..arithmetic import affine, argmax, dense, matmul, row, sum_rows, with_row
from ..frame import Frame
from ..graph import Graph
from ..registry import Classified, classifier
from ..unsupported import Unsupported
from .coupling import couple


@classifier("SVC", "NuSVC")
def svc(g: Graph, estimator: Any, frame: Frame) -> Classified:
    count = len(estimator.classes_)
    values = _pair_values(g, estimator, frame)
    votes = _votes(g, values, count)
    decision = g.op("Neg", values) if count == 2 else _one_vs_rest(g, values, votes, count)
    index = argmax(g, decision if estimator.break_ties and count > 2 else votes)
    shown = decision if count == 2 or estimator.decision_function_shape == "ovr" else values
    return Classified(estimator.classes_, index, _probabilities(g, estimator, values, count), shown)


def _pair_values(g: Graph, estimator: Any, frame: Frame) -> str:
    """libsvm's decision values, [N, pairs]; positive votes for the first class of a pair."""
    values = kernel(g, estimator, frame)
    weights = dense(estimator._dual_coef_)
    ends = np.concatenate([[0], np.cumsum(estimator._n_support)])
    pairs = list(combinations(range(len(estimator.classes_)), 2))
    table = np.zeros((weights.shape[1], len(pairs)))
    for p, (i, j) in enumerate(pairs):
        table[ends[i] : ends[i + 1], p] = weights[j - 1, ends[i] : ends[i + 1]]
        table[ends[j] : ends[j + 1], p] = weights[i, ends[j] : ends[j + 1]]
    return affine(g, values, table, estimator._intercept_)


def kernel(g: Graph, estimator: Any, frame: Frame) -> str:
    """Kernel values [N, support vectors]; factors are folded into the vectors."""
    vectors, gamma = dense(estimator.support_vectors_), float(estimator._gamma)
    x, count = frame.matrix(g), vectors.shape[0]
    if estimator.kernel == "linear":
        return matmul(g, x, vectors.T)
    if estimator.kernel == "rbf":
        return g.op("Exp", _scaled_distance(g, x, vectors, gamma, frame.width))
    inner = affine(g, x, gamma * vectors.T, estimator.coef0) if estimator.kernel in ("poly", "sigmoid") else ""
    if estimator.kernel == "poly":
        return g.op("Pow", inner, row(g, float(estimator.degree), count))
    if estimator.kernel == "sigmoid":
        return g.op("Tanh", inner)
    raise Unsupported(estimator, f"kernel={estimator.kernel!r}")


def _scaled_distance(g: Graph, x: str, vectors: np.ndarray, gamma: float, width: int) -> str:
    """-gamma * |x - v|**2 as 2 gamma x.v - gamma |v|**2 - gamma |x|**2, of centred data, which loses fewer digits."""
    centre = vectors.mean(axis=0)
    x = with_row(g, "Sub", x, centre, width)
    vectors = vectors - centre
    cross = affine(g, x, 2 * gamma * vectors.T, -gamma * (vectors**2).sum(axis=1))
    own = sum_rows(g, with_row(g, "Mul", g.op("Mul", x, x), gamma, width))
    return g.op("Min", g.op("Sub", cross, own), row(g, 0.0, vectors.shape[0]))


def _votes(g: Graph, values: str, count: int) -> str:
    """Pairs won by each class, [N, classes]."""
    pairs = list(combinations(range(count), 2))
    won = g.op("Cast", g.op("Greater", values, row(g, 0.0, len(pairs))), to=11)
    table, lost = np.zeros((len(pairs), count)), np.zeros(count)
    for p, (i, j) in enumerate(pairs):
        table[p, i], table[p, j] = 1.0, -1.0
        lost[j] += 1.0
    return affine(g, won, table, lost)


def _one_vs_rest(g: Graph, values: str, votes: str, count: int) -> str:
    """`sklearn.utils.multiclass._ovr_decision_function`: votes plus confidences squeezed into less than a third."""
    table = np.zeros((count * (count - 1) // 2, count))
    for p, (i, j) in enumerate(combinations(range(count), 2)):
        table[p, i], table[p, j] = 1.0, -1.0
    return with_confidence(g, votes, matmul(g, values, table), count)


def with_confidence(g: Graph, votes: str, total: str, count: int) -> str:
    """Votes plus the sums of their confidences, squeezed into less than a third, [N, classes] all."""
    size = with_row(g, "Mul", with_row(g, "Add", g.op("Abs", total), 1.0, count), 3.0, count)
    return g.op("Add", votes, g.op("Div", total, size))


def _probabilities(g: Graph, estimator: Any, values: str, count: int) -> str | None:
    slopes, offsets = np.ravel(estimator._probA), np.ravel(estimator._probB)
    if not slopes.size:
        return None
    pairs = slopes.size
    scaled = with_row(g, "Add", with_row(g, "Mul", values, slopes, pairs), offsets, pairs)
    p = g.op("Sigmoid", g.op("Neg", scaled))
    p = g.op("Min", g.op("Max", p, row(g, 1e-7, pairs)), row(g, 1 - 1e-7, pairs))
    return couple(g, p, count)

"""Maps into the space of a kernel, or near it: Nystroem, KernelPCA, samples of Fourier features, counts of words."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..arithmetic import affine, axes, beside, dense, matmul, not_zero, row, sum_rows, with_row
from ..frame import Frame, numeric
from ..graph import Graph
from ..kernels import pairwise
from ..registry import transformer
from ..unsupported import Unsupported

INTERVALS = {1: 0.8, 2: 0.5, 3: 0.4}
"""Sample intervals of the additive chi-squared kernel (Vedaldi and Zisserman 2012, figure 2c)."""


@transformer("Nystroem")
def nystroem(g: Graph, estimator: Any, frame: Frame) -> Frame:
    _no_words(estimator)
    values = pairwise(g, estimator, frame.matrix(g), dense(estimator.components_))
    return numeric(matmul(g, values, estimator.normalization_.T), len(estimator.normalization_))


@transformer("KernelPCA")
def kernel_pca(g: Graph, estimator: Any, frame: Frame) -> Frame:
    _no_words(estimator)
    rows = dense(estimator.X_fit_)
    return components(g, estimator, pairwise(g, estimator, frame.matrix(g), rows), len(rows))


def components(g: Graph, estimator: Any, values: str, count: int) -> Frame:
    """Principal components of kernel values [N, rows]; called `alphas_` and `lambdas_` up to 1.1."""
    is_old = not hasattr(estimator, "eigenvectors_")
    vectors = estimator.alphas_ if is_old else estimator.eigenvectors_
    sizes = estimator.lambdas_ if is_old else estimator.eigenvalues_
    scaled = np.where(sizes == 0, 0.0, vectors / np.sqrt(np.where(sizes == 0, 1.0, sizes)))
    return numeric(matmul(g, centred(g, estimator._centerer, values, count), scaled), scaled.shape[1])


@transformer("KernelCenterer")
def kernel_centerer(g: Graph, estimator: Any, frame: Frame) -> Frame:
    return numeric(centred(g, estimator, frame.matrix(g), frame.width), frame.width)


def centred(g: Graph, centerer: Any, values: str, width: int) -> str:
    """Kernel values [N, rows] less the means of the row and of the stored rows."""
    mean = with_row(g, "Div", sum_rows(g, values), float(width), 1)
    less = g.op("Sub", with_row(g, "Sub", values, centerer.K_fit_rows_, width), mean)
    return with_row(g, "Add", less, float(centerer.K_fit_all_), width)


def _no_words(estimator: Any) -> None:
    if getattr(estimator, "kernel_params", None):
        raise Unsupported(estimator, "parameters of a kernel of its own")


@transformer("RBFSampler")
def fourier(g: Graph, estimator: Any, frame: Frame) -> Frame:
    return _waves(g, estimator, frame.matrix(g))


@transformer("SkewedChi2Sampler")
def skewed(g: Graph, estimator: Any, frame: Frame) -> Frame:
    x = with_row(g, "Add", frame.matrix(g), float(estimator.skewedness), frame.width)
    return _waves(g, estimator, g.op("Log", x))


def _waves(g: Graph, estimator: Any, x: str) -> Frame:
    weights = np.asarray(estimator.random_weights_, dtype=np.float64)
    count = weights.shape[1]
    turned = affine(g, x, weights, estimator.random_offset_)
    return numeric(with_row(g, "Mul", _cosine(g, turned, count), math.sqrt(2.0 / count), count), count)


def _cosine(g: Graph, x: str, width: int) -> str:
    """ONNX Runtime's Cos is of single precision, its Sin is not."""
    return g.op("Sin", with_row(g, "Add", x, math.pi / 2, width))


@transformer("AdditiveChi2Sampler")
def additive(g: Graph, estimator: Any, frame: Frame) -> Frame:
    """Vedaldi and Zisserman 2012; zero stays zero."""
    x, width = frame.matrix(g), frame.width
    interval = estimator.sample_interval
    if interval is None:
        interval = INTERVALS[estimator.sample_steps]
    empty = g.op("Equal", x, row(g, 0.0, width))
    own = g.op("Where", empty, row(g, 1.0, width), x)
    logs, zero = with_row(g, "Mul", g.op("Log", own), float(interval), width), row(g, 0.0, width)
    parts = [g.op("Sqrt", with_row(g, "Mul", x, float(interval), width))]
    for step in range(1, estimator.sample_steps):
        factor = g.op("Sqrt", with_row(g, "Mul", own, 2 * interval / math.cosh(math.pi * step * interval), width))
        angle = with_row(g, "Mul", logs, float(step), width)
        for wave in (_cosine(g, angle, width), g.op("Sin", angle)):
            parts.append(g.op("Where", empty, zero, g.op("Mul", factor, wave)))
    return numeric(beside(g, parts), width * len(parts), frame.sparse)


@transformer("PolynomialCountSketch")
def count_sketch(g: Graph, estimator: Any, frame: Frame) -> Frame:
    """The product of several sketches' Fourier transforms, which is their circular convolution (Pham and Pagh 2013)."""
    x, width, count = frame.matrix(g), frame.width, int(estimator.n_components)
    places, signs = np.asarray(estimator.indexHash_), np.asarray(estimator.bitHash_, dtype=np.float64)
    scaled = [with_row(g, "Mul", x, math.sqrt(estimator.gamma), width)]
    if estimator.coef0:
        scaled.append(with_row(g, "Add", with_row(g, "Mul", sum_rows(g, x), 0.0, 1), math.sqrt(estimator.coef0), 1))
    x = beside(g, scaled)
    sketches = []
    for place, sign in zip(places, signs):
        table = np.zeros((len(place), count))
        table[np.arange(len(place)), place] = sign
        sketches.append(matmul(g, x, table))
    turned = np.array([[(out - inner) % count for inner in range(count)] for out in range(count)])
    total = sketches[0]
    for sketch in sketches[1:]:
        shifted = g.op("Gather", sketch, g.constant(turned, np.int64), axis=1)
        total = g.op("ReduceSum", g.op("Mul", shifted, g.op("Unsqueeze", total, axes(g, 1))), axes(g, 2), keepdims=0)
    return numeric(total, count)


@transformer("TfidfTransformer")
def weighted_counts(g: Graph, estimator: Any, frame: Frame) -> Frame:
    """Counts of words by how seldom they are; a row without any stays as it is."""
    x, width = frame.matrix(g), frame.width
    if estimator.sublinear_tf:
        none = g.op("Equal", x, row(g, 0.0, width))
        logs = with_row(g, "Add", g.op("Log", g.op("Where", none, row(g, 1.0, width), x)), 1.0, width)
        x = g.op("Where", none, x, logs)
    if estimator.use_idf:
        x = with_row(g, "Mul", x, estimator.idf_, width)
    if estimator.norm is None:
        return numeric(x, width, True)
    norm = sum_rows(g, g.op("Abs", x)) if estimator.norm == "l1" else g.op("Sqrt", sum_rows(g, g.op("Mul", x, x)))
    return numeric(g.op("Div", x, not_zero(g, norm)), width, True)

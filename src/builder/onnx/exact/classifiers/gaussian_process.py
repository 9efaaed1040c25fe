"""GaussianProcessClassifier: Laplace's approximation, one process of two classes or several one against the rest.

Rasmussen and Williams 2006, algorithm 3.2; the mean of the logistic function by five error functions (Williams and
Barber 1998, appendix A).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.linalg import solve_triangular

from ..arithmetic import above, argmax, both, matmul, row, sum_rows, with_row
from ..frame import Frame
from ..graph import Graph
from ..kernels import diagonal, kernel
from ..registry import Classified, classifier
from ..transformers.normal import erf
from ..unsupported import Unsupported

LAMBDAS = np.array([0.41, 0.4, 0.37, 0.44, 0.39])
COEFFICIENTS = np.array([-1854.8214151, 3516.89893646, 221.29346712, 128.12323805, -2010.49422654])


@classifier("GaussianProcessClassifier")
def gaussian_process(g: Graph, estimator: Any, frame: Frame) -> Classified:
    x, count = frame.matrix(g), len(estimator.classes_)
    if count == 2:
        chance, latent = _of_two(g, estimator.base_estimator_, x, frame.width)
        return Classified(estimator.classes_, above(g, latent, 0.0), both(g, chance))
    if estimator.multi_class != "one_vs_rest":
        raise Unsupported(estimator, f"multi_class={estimator.multi_class!r}")
    parts = [_of_two(g, member, x, frame.width)[0] for member in estimator.base_estimator_.estimators_]
    joined = g.op("Concat", *parts, axis=1)
    # One against the rest asks for the probability of a process that has no decision function.
    return Classified(estimator.classes_, argmax(g, joined), g.op("Div", joined, sum_rows(g, joined)))


def _of_two(g: Graph, process: Any, x: str, width: int) -> tuple[str, str]:
    """The probability of the second class and the latent mean, [N, 1] both."""
    rows = np.asarray(process.X_train_, dtype=np.float64)
    values = kernel(g, process.kernel_, x, rows)
    mean = matmul(g, values, (process.y_train_ - process.pi_)[:, np.newaxis])
    # v = solve(L, W_sr * k), of all rows at once: one product with the inverse.
    inverse = solve_triangular(process.L_, np.diag(process.W_sr_), lower=True)
    v = matmul(g, values, inverse.T)
    variance = g.op("Sub", row(g, diagonal(process.kernel_, width), 1), sum_rows(g, g.op("Mul", v, v)))
    alpha = g.op("Div", row(g, 0.5, 1), variance)
    size = LAMBDAS.size
    share = g.op("Sqrt", g.op("Div", alpha, with_row(g, "Add", alpha, LAMBDAS**2, size)))
    inner = erf(g, g.op("Mul", with_row(g, "Mul", mean, LAMBDAS, size), share), size)
    # sqrt(pi / alpha) / (2 sqrt(2 pi variance)) is one half.
    integrals = with_row(g, "Mul", inner, 0.5 * COEFFICIENTS, size)
    return with_row(g, "Add", sum_rows(g, integrals), 0.5 * math.fsum(COEFFICIENTS), 1), mean

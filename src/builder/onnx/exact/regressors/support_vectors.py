"""SVR and NuSVR: a sum of kernel values."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arithmetic import affine
from ..classifiers.support_vectors import dense, kernel
from ..frame import Frame
from ..graph import Graph
from ..registry import regressor


@regressor("SVR", "NuSVR")
def svr(g: Graph, estimator: Any, frame: Frame) -> str:
    weights = np.asarray(dense(estimator.dual_coef_), dtype=np.float64)
    return affine(g, kernel(g, estimator, frame), weights.T, np.ravel(estimator.intercept_))

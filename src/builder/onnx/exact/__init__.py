"""Exact ONNX export: a fitted scikit-learn pipeline as a file that gives the same answers in double precision.

`export(model, columns)` writes the file, `proof.compare` proves it. Each module of `classifiers`, `regressors` and
`transformers` emits one family of estimators; `supported()` lists them.
"""

from __future__ import annotations

from . import classifiers, regressors, transformers
from .emit import export, export_numbers
from .frame import Column
from .registry import supported
from .unsupported import Unsupported

__all__ = [
    "Column",
    "Unsupported",
    "classifiers",
    "export",
    "export_numbers",
    "regressors",
    "supported",
    "transformers",
]

"""Sparse matrices, whose column numbers scipy and scikit-learn follow unchecked."""

from __future__ import annotations

import io

import numpy

from builder.trust.archive import Archive, unpacked
from builder.trust.indices import MALFORMED, require
from builder.trust.nodes import walk
from builder.trust.refusal import refused

FORMATS = {b"csr": 0, b"csc": 1}
"""By rows or by columns: which length of the shape the pointers count."""


def check(source: Archive) -> None:
    """Raise a build error where a sparse matrix leads out of its own shape, or is kept in another way than by rows or
    columns."""
    for node, _ in walk(source.schema):
        if node.get("__loader__") == "SparseMatrixNode":
            try:
                _check_matrix(source.members[node["file"]])
            except MALFORMED as error:
                raise refused("holds a sparse matrix that is not written as scipy writes one") from error


def _check_matrix(content: bytes) -> None:
    parts = {name: numpy.load(io.BytesIO(part), allow_pickle=False) for name, part in unpacked(content).items()}
    names = ("format", "shape", "data", "indices", "indptr")
    form, shape, data, indices, pointers = (parts[f"{name}.npy"] for name in names)
    if form.item() not in FORMATS:
        raise refused(f"holds a sparse matrix of the format {form.item()!r:.60}")
    major = FORMATS[form.item()]
    if shape.shape != (2,) or shape.dtype.kind != "i" or (shape < 0).any() or data.ndim != 1:
        raise refused(f"holds a sparse matrix of the shape {shape.tolist()!r:.60}")
    if any(part.ndim != 1 or part.dtype.kind != "i" for part in (indices, pointers)):
        raise refused("holds a sparse matrix whose places are no whole numbers")
    if pointers.shape != (shape[major] + 1,) or indices.shape != data.shape:
        raise refused("holds a sparse matrix whose parts have different sizes")
    minor = shape[1 - major]
    require((indices >= 0) & (indices < minor), f"a sparse matrix of {minor} places with the place", indices)
    if pointers[0] != 0 or pointers[-1] != len(indices) or (numpy.diff(pointers) < 0).any():
        raise refused("holds a sparse matrix whose rows end before they begin")

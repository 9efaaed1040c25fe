"""B-splines (scipy's BSpline), whose compiled code reads as many knots and coefficients as the degree says."""

from __future__ import annotations

import numpy

from builder.trust.archive import Archive, plain
from builder.trust.indices import MALFORMED
from builder.trust.nodes import attributes, walk
from builder.trust.refusal import refused

HIGHEST = 100
"""A degree that no recipe has."""


def check(source: Archive) -> None:
    """Raise a build error where a spline has fewer knots or coefficients than its degree needs, or knots that do not
    ascend."""
    for node, _ in walk(source.schema):
        if node.get("__class__") == "BSpline":
            try:
                _check_spline(attributes(node), source)
            except MALFORMED as error:
                raise refused("holds a spline that is not written as scipy writes one") from error


def _check_spline(parts: dict, source: Archive) -> None:
    # The names changed in scipy 1.15.
    knots, coefficients = (source.array(parts[name if name in parts else f"_{name}"]) for name in ("t", "c"))
    degree, axis = plain(parts["k"]), plain(parts["axis"])
    if type(degree) is not int or not 0 <= degree <= HIGHEST or axis != 0:
        raise refused(f"holds a spline of the degree {degree!r:.60}")
    if knots.dtype != numpy.float64 or coefficients.dtype != numpy.float64 or knots.ndim != 1 or not coefficients.ndim:
        raise refused("holds a spline that is not made of numbers")
    if len(knots) < 2 * degree + 2 or len(coefficients) < len(knots) - degree - 1:
        raise refused(
            f"holds a spline of {len(knots)} knots and {len(coefficients)} coefficients, too few for its degree"
        )
    if not numpy.isfinite(knots).all() or (numpy.diff(knots) < 0).any():
        raise refused("holds a spline whose knots do not ascend")

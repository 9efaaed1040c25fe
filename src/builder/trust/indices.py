"""Checks of index arrays that compiled code will follow without looking."""

from __future__ import annotations

import numpy

from builder.trust.refusal import refused

MALFORMED = (KeyError, IndexError, TypeError, ValueError, AttributeError)
"""What reading a structure raises that is not written as scikit-learn writes it."""


def require(right: numpy.ndarray, what: str, values: numpy.ndarray) -> None:
    """Raise a build error that names the first place where `right` is False, and the value there."""
    if not numpy.all(right):
        place = int(numpy.argmin(right))
        raise refused(f"holds {what} {values[place]} at node {place}")


def require_tree(kind: str, left: numpy.ndarray, right: numpy.ndarray, inner: numpy.ndarray) -> int:
    """The depth of a tree whose nodes `inner` have the children `left` and `right`.

    Raises a build error unless every child comes after its parent, inside the arrays, and is nobody else's: whoever
    follows the children from the root then ends at a leaf.
    """
    count = len(left)
    place = numpy.arange(count)
    for side, child in (("left", left), ("right", right)):
        ahead = (child > place) & (child < count)
        require(~inner | ahead, f"{kind} of {count} nodes with a {side} child", child)
    children = numpy.sort(numpy.concatenate([left[inner], right[inner]]))
    if not numpy.array_equal(children, place[1:]):
        raise refused(f"holds {kind} of {count} nodes in which some node has no parent or two")
    return _depth(left, right, inner)


def _depth(left: numpy.ndarray, right: numpy.ndarray, inner: numpy.ndarray) -> int:
    level, depth = numpy.array([0]), -1
    while len(level):
        depth += 1
        parents = level[inner[level]]
        level = numpy.concatenate([left[parents], right[parents]])
    return depth

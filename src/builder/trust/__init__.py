"""What may stand in a .skops file. Everything in it is checked before any object of it is made.

Types: what skops trusts by itself and the reviewed list of the host, `conf/trust.yaml`; never what the file asks for.
Content: skops checks types only, but compiled code follows the indices of trees, sparse matrices and splines without
looking whether they are in range. scikit-learn's own estimators are trusted; what else they hold is not looked into.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import skops.io

from builder.trust import archive, decision_trees, neighbour_trees, nodes, opening, sparse_matrices, splines
from builder.trust.refusal import refused
from container.errors import build_error, first_line

LISTED, LONGEST = 20, 200
"""So many of the types that nobody has reviewed are named, and characters of each."""


def loads(content: bytes, trusted: Collection[str]) -> Any:
    """The object in the bytes of a .skops file. Raises build errors: those of `check`, or that skops cannot make it."""
    check(content, trusted)
    try:
        return skops.io.loads(content, trusted=sorted(trusted))
    except MemoryError:
        raise
    except RecursionError as error:
        raise refused("is nested deeper than any model") from error
    except Exception as error:
        raise refused(f"cannot be loaded: {first_line(error)}") from error


def check(content: bytes, trusted: Collection[str]) -> list[str]:
    """The types in a .skops file that skops does not trust by itself, all of which `trusted` has to list, sorted.

    Raises build errors where the file is damaged, holds a kind of node or a type that is not trusted, or a tree, a
    sparse matrix or a spline that leads out of itself, or an estimator that would open files.
    """
    try:
        return _checked(content, trusted)
    except RecursionError as error:
        raise refused("is nested deeper than any model") from error


def _checked(content: bytes, trusted: Collection[str]) -> list[str]:
    source = archive.read(content)
    nodes.check(source.schema)
    opening.check(source.schema)
    try:
        types = sorted(skops.io.get_untrusted_types(data=content))
    except RecursionError:
        raise
    except Exception as error:
        raise refused(f"is not written as skops writes: {first_line(error)}") from error
    _check_types(types, trusted)
    for part in (decision_trees, neighbour_trees, sparse_matrices, splines):
        part.check(source)
    return types


def _check_types(types: list[str], trusted: Collection[str]) -> None:
    new = [name[:LONGEST] for name in types if name not in trusted][:LISTED]
    if new:
        lines = "; ".join(f"`{name}: <why it may be loaded>`" for name in new)
        raise build_error(
            f"model.skops holds what nobody has reviewed: {', '.join(new)}",
            f"Review it, and add to conf/trust.yaml: {lines}",
        )

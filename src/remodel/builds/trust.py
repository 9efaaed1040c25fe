"""conf/trust.yaml: the reviewed types that a .skops file may hold besides those that skops trusts by itself.

The list is handed to a build beside its recipe and is part of neither recipe nor manifest: what is trusted decides
whether a model is made, not which bytes it has. What was built before is held against the list when it is released.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import contract
from remodel.checkout import Checkout, once_a_checkout
from remodel.errors import BuildError, UsageError
from remodel.recipes.params import Params
from remodel.results.documents import read_document
from remodel.yaml import read_yaml

FILE = "conf/trust.yaml"

SHAPE = "It holds groups of lines `dotted.name.of.a.type: why it may be loaded`"

DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")


@once_a_checkout(lambda checkout: [checkout.root / FILE])
def read_trust(checkout: Checkout) -> Mapping[str, str]:
    """The reason of every trusted type, by its dotted name; none where there is no list.

    Raises UsageError where a line is no type with a reason, or a type stands in two groups.
    """
    path = checkout.root / FILE
    reasons: dict[str, str] = {}
    for name, reason in _lines(read_yaml(path)) if path.is_file() else ():
        if not isinstance(name, str) or not DOTTED.fullmatch(name):
            raise UsageError(f"{FILE}: {name!r} is not the dotted name of one type", SHAPE)
        if not isinstance(reason, str) or not reason.strip() or "\n" in reason.strip():
            raise UsageError(f"{FILE}: {name} has no reason in one line", SHAPE)
        if name in reasons:
            raise UsageError(f"{FILE} lists {name} twice", "Keep the line with the better reason")
        reasons[name] = reason.strip()
    return reasons


def trust_document(checkout: Checkout) -> dict[str, Any]:
    """What a build is told of the list (contract kind "trust")."""
    return {"schema_version": contract.version("trust"), "types": sorted(read_trust(checkout))}


def check_released(checkout: Checkout, params: Params) -> None:
    """Raise BuildError where a model to release holds a type that is not, or no longer, in the list."""
    trusted = read_trust(checkout)
    for model in params.models:
        path = checkout.models / model / params.release_environment / "result.json"
        needed = read_document(path, "result").get("untrusted_types", []) if path.is_file() else []
        if new := [name for name in needed if name not in trusted]:
            raise BuildError(
                f"{model} in {params.release_environment} holds {', '.join(new)}, which {FILE} does not list",
                "Review it and list it with the reason, or leave the model out of params.yaml",
            )


def _lines(content: Any) -> Iterator[tuple[Any, Any]]:
    """Every name and reason of every group."""
    if content is None:
        return
    if not isinstance(content, dict) or not all(isinstance(group, dict) for group in content.values()):
        raise UsageError(f"{FILE} is not a mapping of groups", SHAPE)
    for group in content.values():
        yield from group.items()

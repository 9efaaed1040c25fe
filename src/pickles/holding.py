"""What a pickle holds: its estimator, the version that wrote it, or bounds of it with their evidence.

The facts on versions: private modules got a leading underscore in 0.22; `_sklearn_version` is stamped from 0.18 on;
`n_features_in_` came in 0.23, `feature_names_in_` in 1.0; nodes of trees have 56 bytes before 1.3 and 64 from then on;
`_gb_losses` went in 1.4; `_RemainderColsList` was in 1.5.1 to 1.6.1; `numpy._core` is numpy 2's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pickles.budget import Budget
from pickles.symbols import Array, Made, Members, Name, Pairs

PUBLIC = frozenset(("text", "image", "pairwise", "kernels", "cluster", "graph"))
"""Modules inside a package of scikit-learn whose names never changed."""

UNSORTED = frozenset(("utils", "externals", "datasets", "_loss"))
"""Packages whose modules say nothing."""

ALWAYS_PRIVATE = frozenset(
    [
        "_tree",
        "_criterion",
        "_splitter",
        "_utils",
        "_gradient_boosting",
        "_stochastic_optimizers",
        "_search",
        "_split",
        "_validation",
        "_hist_gradient_boosting",
    ]
)
"""Modules that had their underscore before 0.22."""

LONGEST = 200
"""Letters of a description."""

MEMBERS = 4
"""Steps or members that a description names."""

PARTS = ("steps", "transformer_list", "transformers_", "transformers", "estimators")
ONE = ("best_estimator_", "estimator_", "estimator", "base_estimator", "regressor_", "regressor")


@dataclass
class Found:
    """What a walk through a pickle's value has seen."""

    stamps: dict[str, int] = field(default_factory=dict)
    """How many objects each version of scikit-learn has stamped."""
    keys: set[str] = field(default_factory=set)
    nodes: set[int] = field(default_factory=set)
    """Bytes of a node of a tree."""
    estimators: int = 0


def walk(value: Any, budget: Budget) -> Found:
    """Everything once, whatever is shared or refers to itself."""
    found, seen, waiting, count = Found(), set[int](), [value], 0
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, (str, bytes, int, float, Name)) or one is None:
            continue
        seen.add(id(one))
        count += 1
        if count % 4096 == 0:
            budget.operate(4096)
        if isinstance(one, Made):
            _note(one, found)
        if isinstance(one, Array) and one.elements is not None and "left_child" in one.elements.fields:
            found.nodes.add(one.elements.size)
        waiting.extend(_below(one))
    return found


def _below(value: Any) -> Iterator[Any]:
    if isinstance(value, (list, tuple)):
        yield from value
    elif isinstance(value, Pairs):
        for key, inner in value.pairs:
            yield key
            yield inner
    elif isinstance(value, Members):
        yield from value.items
    elif isinstance(value, Array):
        yield value.objects
    elif isinstance(value, Made):
        yield value.maker
        yield value.arguments
        yield from value.states
        yield from value.items
        for key, inner in value.pairs:
            yield key
            yield inner


def _note(made: Made, found: Found) -> None:
    state = made.state
    stamp = state.get("_sklearn_version")
    if isinstance(stamp, bytes):
        stamp = stamp.decode("latin1")
    if isinstance(stamp, str) and re.fullmatch(r"\d+\.\d+[\w.+-]{0,20}", stamp):
        found.stamps[stamp] = found.stamps.get(stamp, 0) + 1
    own = class_of(made)
    if own is not None and own.module.startswith("sklearn."):
        found.estimators += 1
        found.keys.update(key for key in ("n_features_in_", "feature_names_in_") if key in state)


def class_of(value: Any) -> Name | None:
    """The class of a symbolic instance."""
    if not isinstance(value, Made) or not isinstance(value.maker, Name):
        return None
    if value.maker.attribute == "_reconstructor" and isinstance(value.arguments, tuple) and value.arguments:
        first = value.arguments[0]
        return first if isinstance(first, Name) else None
    return value.maker


def described(value: Any, depth: int = 0) -> str:
    """ "Pipeline(StandardScaler, LogisticRegression)"."""
    own = class_of(value)
    if own is None:
        return _plain(value, depth)
    inner = [] if depth > 3 else [described(part, depth + 1) for part in _parts(value)]
    inner = [part for part in inner if part]
    more = ["..."] if len(inner) > MEMBERS else []
    text = f"{own.attribute}({', '.join([*inner[:MEMBERS], *more])})" if inner else own.attribute
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _plain(value: Any, depth: int) -> str:
    if isinstance(value, Array):
        return "array"
    if isinstance(value, Pairs):
        return f"dict of {len(value.pairs)}" + _some([inner for _, inner in value.pairs], depth)
    if isinstance(value, (list, tuple)):
        return f"{type(value).__name__} of {len(value)}" + _some(value, depth)
    if isinstance(value, str):
        return "" if depth else "str"
    return "" if depth else type(value).__name__.lower()


def _some(values: Any, depth: int) -> str:
    inner = (
        [described(one, depth + 1) for one in list(values)[:MEMBERS] if class_of(one) is not None] if depth < 2 else []
    )
    return f" ({', '.join(inner)})" if inner else ""


def _parts(value: Made) -> Iterator[Any]:
    """The estimators that an estimator is made of."""
    state = value.state
    for key in PARTS:
        if isinstance(state.get(key), list):
            yield from _named(state[key])
            return
    for key in ONE:
        if class_of(state.get(key)) is not None:
            yield state[key]
            return


def _named(items: list[Any]) -> Iterator[Any]:
    for item in items:
        for part in item if isinstance(item, tuple) else (item,):
            if class_of(part) is not None and _is_estimator(part):
                yield part


def _is_estimator(part: Any) -> bool:
    own = class_of(part)
    return own is not None and own.module.partition(".")[0] not in ("builtins", "__builtin__", "numpy", "pandas")


def bounds(names: Iterator[Name], found: Found) -> tuple[str, str, list[str]]:
    """(at least, below, evidence): what the content says of the version that wrote it, stamp aside."""
    low: dict[str, str] = {}
    high: dict[str, str] = {}
    for name in names:
        parts = name.module.split(".")
        if parts[0] != "sklearn" or len(parts) < 2:
            continue
        inner = parts[1:]
        if any(part.startswith("_") and part not in ALWAYS_PRIVATE for part in inner):
            low.setdefault("0.22", f"module {name.module}")
        elif inner[0] not in UNSORTED and set(inner[1:]) - PUBLIC and not set(inner) & ALWAYS_PRIVATE:
            high.setdefault("0.22", f"module {name.module}")
        if "_gb_losses" in inner:
            high.setdefault("1.4", f"module {name.module}")
        if name.attribute == "_RemainderColsList":
            low.setdefault("1.5", "_RemainderColsList")
            high.setdefault("1.7", "_RemainderColsList")
        if name.module == "sklearn._loss._loss":
            low.setdefault("1.1", f"module {name.module}")
    for key, since in (("n_features_in_", "0.23"), ("feature_names_in_", "1.0")):
        if key in found.keys:
            low.setdefault(since, f"attribute {key}")
    if 64 in found.nodes:
        low.setdefault("1.3", "nodes of trees have 64 bytes")
    if 56 in found.nodes:
        high.setdefault("1.3", "nodes of trees have 56 bytes")
    if found.estimators and not found.stamps:
        high.setdefault("0.18", "no object has a stamp")
    evidence = [*(f">= {version}: {why}" for version, why in low.items())]
    evidence += [f"< {version}: {why}" for version, why in high.items()]
    return max(low, key=_key, default=""), min(high, key=_key, default=""), evidence


def _key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def numpy_of(names: Iterator[Name]) -> str:
    """ "1" or "2", by the modules that are named; "" where they say nothing."""
    modules = {name.module for name in names}
    if any(module.startswith("numpy._core") for module in modules):
        return "2"
    return "1" if any(module.startswith("numpy.core") for module in modules) else ""

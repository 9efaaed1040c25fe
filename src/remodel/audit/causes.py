"""What differs between two builds before a single number was computed: the candidates for what moved a model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from remodel.results.manifest import Manifest
from remodel.results.result import Result

NUMERIC = ("scikit-learn", "numpy", "scipy", "pandas", "python")
"""The distributions that compute: a difference in another one cannot move a prediction."""

DEPRECATED = '"deprecated"'
"""What scikit-learn has as the default of a parameter that is going away: not set."""


@dataclass(frozen=True)
class Cause:
    """One difference: the factor, what exactly, and the values of the baseline and here (None: there is none)."""

    factor: str
    name: str
    baseline: str | None
    here: str | None

    def __str__(self) -> str:
        return f"{self.factor}: {self.name} {_shown(self.baseline)} -> {_shown(self.here)}"


@dataclass(frozen=True)
class Parameter:
    """A parameter that two models do not share; `declared` where the recipe names it."""

    name: str
    baseline: str | None
    here: str | None
    declared: bool


def causes(own: Result, base: Result) -> tuple[Cause, ...]:
    """Every difference in what went in, the most telling first: data, folds, recipe, defaults, versions."""
    new, old = own.manifest, base.manifest
    return (
        *_inputs(new, old),
        *_recipe(new, old),
        *_defaults(own, base),
        *(Cause(name, "version", *pair) for name, pair in _unequal(new.versions, old.versions) if name in NUMERIC),
        *_profile(new, old),
    )


def parameters(own: Result, base: Result) -> tuple[Parameter, ...]:
    """The parameters whose values differ, or that only one of the versions has."""
    declared = flat(own.manifest.recipe.pipeline).keys() | flat(base.manifest.recipe.pipeline).keys()
    pairs = _unequal(own.parameters, base.parameters)
    return tuple(Parameter(name, *pair, declared=name in declared) for name, pair in pairs)


def flat(node: Any, place: str = "") -> dict[str, str]:
    """The leaves of a recipe's pipeline as text, by dotted name; steps go by their own names."""
    if isinstance(node, Mapping) and {"transformer", "columns"} == node.keys():
        return {**flat(node["transformer"], place), f"{place}.columns": str(node["columns"])}
    if isinstance(node, Mapping):
        return _joined(node.items(), place)
    if isinstance(node, list) and node and all(map(_is_step, node)):
        return _joined(node, place.rpartition(".")[0])
    return {place: str(node)}


def _joined(items: Iterable[Sequence[Any]], place: str) -> dict[str, str]:
    leaves: dict[str, str] = {}
    for name, value in items:
        leaves.update(flat(value, f"{place}.{name}" if place else name))
    return leaves


def _is_step(item: Any) -> bool:
    return isinstance(item, list) and len(item) == 2 and isinstance(item[0], str) and isinstance(item[1], Mapping)


def _inputs(new: Manifest, old: Manifest) -> Iterator[Cause]:
    for name, pair in _unequal(new.snapshot, old.snapshot):
        yield Cause("folds" if name == "folds" else "data", name, *(part and part[:12] for part in pair))


def _recipe(new: Manifest, old: Manifest) -> Iterator[Cause]:
    for name, pair in _unequal(flat(new.recipe.pipeline), flat(old.recipe.pipeline)):
        yield Cause("recipe", name, *pair)
    if new.recipe.seed != old.recipe.seed:
        yield Cause("recipe", "seed", str(old.recipe.seed), str(new.recipe.seed))
    for name, pair in _unequal(_texts(new.recipe.folds), _texts(old.recipe.folds)):
        yield Cause("folds", f"cv.{name}", *pair)


def _defaults(own: Result, base: Result) -> Iterator[Cause]:
    for parameter in parameters(own, base):
        # A parameter that is new, gone or deprecated and not set does as a rule what the other version does.
        if not parameter.declared and not {parameter.baseline, parameter.here} & {None, DEPRECATED}:
            yield Cause("defaults", parameter.name, parameter.baseline, parameter.here)


def _profile(new: Manifest, old: Manifest) -> Iterator[Cause]:
    pairs = {
        "threads": (old.threads, new.threads),
        "cpu profile": (old.cpu_profile, new.cpu_profile),
        "builder": (old.builder_sha256[:12], new.builder_sha256[:12]),
    }
    for factor, (before, after) in pairs.items():
        if before != after:
            yield Cause(factor, "value", str(before), str(after))


def _texts(node: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in node.items()}


def _unequal(new: Mapping[str, str], old: Mapping[str, str]) -> Iterator[tuple[str, tuple[str | None, str | None]]]:
    """Names with another value, sorted, each with the old and the new one."""
    for name in sorted({*new, *old}):
        if new.get(name) != old.get(name):
            yield name, (old.get(name), new.get(name))


def _shown(value: str | None) -> str:
    return "(none)" if value is None else value

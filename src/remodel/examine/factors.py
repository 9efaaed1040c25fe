"""Which factors differ between a baseline's build and another one, and how to move one of them alone."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from remodel.audit.causes import NUMERIC, parameters
from remodel.results.manifest import Manifest
from remodel.results.recipe import Recipe
from remodel.results.result import Result

OVERLAID = tuple(name for name in NUMERIC if name != "python")
"""Distributions that one environment can lend to another of the same Python."""


@dataclass(frozen=True)
class Trial:
    """The baseline's build with one factor moved: another recipe, or one distribution from the other environment."""

    factor: str
    detail: str
    recipe: Recipe
    lent: tuple[str, ...] = ()


def trials(own: Result, base: Result) -> tuple[Trial, ...]:
    """A trial for each factor that can be moved alone, the cheapest to understand first."""
    return (*_recipe(own.manifest, base.manifest), *_defaults(own, base), *_lent(own.manifest, base.manifest))


def immovable(own: Manifest, base: Manifest) -> tuple[str, ...]:
    """Factors that differ and cannot be moved alone."""
    found = [name for name in NUMERIC if own.versions.get(name) != base.versions.get(name)]
    if not _same_python(own, base):
        return tuple(f"{name} {base.versions.get(name)} -> {own.versions.get(name)}" for name in found)
    return () if own.cpu_profile == base.cpu_profile else (f"cpu profile {base.cpu_profile} -> {own.cpu_profile}",)


def _same_python(own: Manifest, base: Manifest) -> bool:
    return own.versions.get("python") == base.versions.get("python")


def _recipe(own: Manifest, base: Manifest) -> Iterator[Trial]:
    new, old = own.recipe, base.recipe
    if new.pipeline != old.pipeline:
        yield Trial("recipe", "pipeline", old.but(pipeline=new.pipeline))
    if new.seed != old.seed:
        yield Trial("recipe", f"seed {old.seed} -> {new.seed}", old.but(seed=new.seed))
    if new.threads != old.threads:
        yield Trial("threads", f"threads {old.threads} -> {new.threads}", old.but(threads=new.threads))


def _defaults(own: Result, base: Result) -> Iterator[Trial]:
    """Each default that differs, said aloud in the baseline's recipe with the other version's value."""
    for one in parameters(own, base):
        if one.declared or one.baseline is None or one.here is None or not _is_json(one.here):
            continue
        pipeline = with_parameter(base.manifest.recipe.pipeline, one.name.split("."), json.loads(one.here))
        if pipeline is not None:
            recipe = base.manifest.recipe.but(pipeline=pipeline)
            yield Trial("defaults", f"{one.name} {one.baseline} -> {one.here}", recipe)


def _lent(own: Manifest, base: Manifest) -> Iterator[Trial]:
    if not _same_python(own, base):
        return
    for name in OVERLAID:
        new, old = own.versions.get(name), base.versions.get(name)
        if new is not None and old is not None and new != old:
            yield Trial(name, f"{old} -> {new}", base.recipe, lent=(name,))


def with_parameter(pipeline: Mapping[str, Any], names: list[str], value: Any) -> dict[str, Any] | None:
    """A recipe's pipeline with the parameter at `names` set; None where the recipe has no such estimator."""
    changed = copy.deepcopy(dict(pipeline))
    node: Any = changed
    for name in names[:-1]:
        node = _child(node, name)
        if node is None:
            return None
    if not isinstance(node, dict) or "_target_" not in node:
        return None
    node[names[-1]] = value
    return changed


def _child(node: Any, name: str) -> Any:
    """The estimator called `name` in a SPEC: a parameter of it, or one of its named steps."""
    if not isinstance(node, dict):
        return None
    if isinstance(node.get(name), dict):
        return node[name]
    for steps in node.values():
        for item in steps if isinstance(steps, list) else ():
            if isinstance(item, list) and len(item) == 2 and item[0] == name:
                return item[1].get("transformer", item[1]) if isinstance(item[1], dict) else None
    return None


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return text not in ("NaN", '"deprecated"')

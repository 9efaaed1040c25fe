"""Which factors differ between a baseline's build and another one, and how to move one of them alone."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from remodel.audit.causes import DEPRECATED, NUMERIC, Parameter, parameters
from remodel.recipes.recipes import specification
from remodel.results.manifest import Manifest
from remodel.results.recipe import Recipe
from remodel.results.result import Result

OVERLAID = tuple(name for name in NUMERIC if name != "python")
"""Distributions that one environment can lend to another of the same Python."""

SEED = "random_state"


@dataclass(frozen=True)
class Trial:
    """The baseline's build with one factor moved: another recipe, or one distribution from the other environment."""

    factor: str
    detail: str
    recipe: Recipe | None
    """None where no recipe can say what is to be moved."""
    lent: tuple[str, ...] = ()
    default: Parameter | None = None
    """The default that is moved, where it is one."""

    @property
    def label(self) -> str:
        """A word that no other trial of one model has, for the name of its log."""
        return self.factor if self.lent else self.detail.split()[0]


def declared(own: Result, base: Result) -> tuple[Trial, ...]:
    """A trial for each factor that a recipe can move, the cheapest to understand first."""
    return (*_recipe(own.manifest, base.manifest), *_defaults(own, base))


def lent(own: Manifest, base: Manifest, kept: Iterable[Parameter] = ()) -> Iterator[Trial]:
    """A trial for each distribution that the other environment can lend.

    `kept`: defaults that move the model by themselves. Another scikit-learn would bring its own values of them along,
    where the recipe leaves defaults to the library, so the baseline's are said aloud.
    """
    if not _same_python(own, base):
        return
    recipe: Recipe = base.recipe
    for default in kept:
        recipe = with_default(recipe, default.name, default.baseline) or recipe
    for name in OVERLAID:
        new, old = own.versions.get(name), base.versions.get(name)
        if new is not None and old is not None and new != old:
            yield Trial(name, f"{old} -> {new}", recipe, lent=(name,))


def immovable(own: Manifest, base: Manifest) -> tuple[str, ...]:
    """Factors that differ and cannot be moved alone."""
    versions = [name for name in NUMERIC if own.versions.get(name) != base.versions.get(name)]
    unlendable = versions if not _same_python(own, base) else []
    fixed = [f"{name} {base.versions.get(name)} -> {own.versions.get(name)}" for name in unlendable]
    if own.cpu_profile != base.cpu_profile:
        fixed.append(f"cpu profile {base.cpu_profile} -> {own.cpu_profile}")
    return tuple(fixed)


def _same_python(own: Manifest, base: Manifest) -> bool:
    return own.versions.get("python") == base.versions.get("python")


def _recipe(own: Manifest, base: Manifest) -> Iterator[Trial]:
    new, old = own.recipe, base.recipe
    if new.pipeline != old.pipeline:
        yield Trial("recipe", "pipeline", old.but(pipeline=new.pipeline))
    for key, factor in (("seed", "recipe"), ("threads", "threads"), ("defaults", "defaults")):
        there, here = new.document.get(key), old.document.get(key)
        if there != here:
            yield Trial(factor, f"{key} {here} -> {there}", old.but(**{key: there}))


def _defaults(own: Result, base: Result) -> Iterator[Trial]:
    """Each default that differs, said aloud in the baseline's recipe with the other version's value."""
    for parameter in parameters(own, base):
        # A parameter that is new, gone or deprecated and not set does as a rule what the other version does.
        if parameter.declared or {parameter.baseline, parameter.here} & {None, DEPRECATED}:
            continue
        if not _is_seed(parameter, own.manifest, base.manifest):
            recipe = with_default(base.manifest.recipe, parameter.name, parameter.here)
            detail = f"{parameter.name} {parameter.baseline} -> {parameter.here}"
            yield Trial("defaults", detail, recipe, default=parameter)


def _is_seed(parameter: Parameter, own: Manifest, base: Manifest) -> bool:
    """Whether a parameter is what the builder sets to the recipe's seed, which is a factor of its own."""
    seeds = (str(base.recipe.seed), str(own.recipe.seed))
    return parameter.name.endswith(SEED) and (parameter.baseline, parameter.here) == seeds


def with_default(recipe: Recipe, name: str, text: str | None) -> Recipe | None:
    """A recipe that says the default `name` aloud, with its value as JSON text; None where no recipe can."""
    try:
        value = specification(json.loads(text or ""))
    except ValueError:
        return None
    pipeline = with_parameter(recipe.pipeline, name.split("."), value)
    return None if pipeline is None else recipe.but(pipeline=pipeline)


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

"""What tells one recipe from another, in the words of a command line: "classifier=mlp", "classifier.alpha=0.1"."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from remodel.results.recipe import Recipe

ELSEWHERE = ("schema_version", "model", "choices", "snapshot", "cv", "pipeline")
"""Keys of a recipe that are told by its choices, or say nothing of how it is made."""

NOTHING = "null"


def words_that_differ(recipes: Sequence[Recipe], environments: Sequence[str]) -> list[list[str]]:
    """Of each recipe the words that are not the same in all of them; of recipes of one choice its parameters, too.

    A parameter of one choice is no word of another: a network has no depth, and a tree no alpha.
    """
    choices = [recipe.choices for recipe in recipes]
    general = _differing([dict(_general(recipe)) for recipe in recipes])
    told = _differing(choices)
    alike: dict[tuple[tuple[str, str], ...], list[int]] = {}
    for number, own in enumerate(choices):
        alike.setdefault(tuple(own.items()), []).append(number)
    for numbers in alike.values():
        parameters = _differing([dict(_parameters(recipes[number])) for number in numbers])
        for number, words in zip(numbers, parameters, strict=True):
            told[number] += [*words, *general[number]]
    if len(set(environments)) > 1:
        for words, environment in zip(told, environments, strict=True):
            words.append(f"environment={environment}")
    return told


def difference(one: Recipe, other: Recipe) -> list[tuple[str, str, str]]:
    """(word, value there, value here) of everything in which two recipes differ; "null" where it is not there."""
    sides = [{**recipe.choices, **dict(_general(recipe)), **dict(_parameters(recipe))} for recipe in (one, other)]
    names = list(dict.fromkeys([*sides[0], *sides[1]]))
    pairs = ((name, sides[0].get(name, NOTHING), sides[1].get(name, NOTHING)) for name in names)
    return [(name, left, right) for name, left, right in pairs if left != right]


def _differing(sides: Sequence[Mapping[str, str]]) -> list[list[str]]:
    """Of each mapping the words whose values are not the same in all of them; "null" where it has none."""
    values: dict[str, set[str]] = {}
    for side in sides:
        for name, value in side.items():
            values.setdefault(name, set()).add(value)
    count = {name: sum(name in side for side in sides) for name in values}
    names = [name for name in values if len(values[name]) > 1 or count[name] < len(sides)]
    return [[f"{name}={side.get(name, NOTHING)}" for name in names] for side in sides]


def _general(recipe: Recipe) -> Iterator[tuple[str, str]]:
    """What a recipe says besides its choices and their parameters: seed, threads, ..."""
    for key, value in recipe.document.items():
        if key not in ELSEWHERE:
            yield from _below(key, value)


def _parameters(recipe: Recipe) -> Iterator[tuple[str, str]]:
    """Every parameter of the pipeline, by the words that lead to it."""
    for part, specification in recipe.pipeline.items():
        yield from _below(part, specification)


def _below(place: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _below(f"{place}.{key}", inner)
    elif isinstance(value, list) and value and all(_is_step(item) for item in value):
        for name, step in value:
            yield from _below(f"{place}.{name}", step)
    else:
        yield place, value if isinstance(value, str) else json.dumps(value)


def _is_step(item: Any) -> bool:
    """Whether this is a step with its name, which is how a recipe keeps the order of steps."""
    return isinstance(item, list) and len(item) == 2 and isinstance(item[0], str) and isinstance(item[1], Mapping)

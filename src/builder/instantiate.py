"""Turns a recipe's pipeline into scikit-learn objects: names become classes, column groups become column names.

A SPEC is {"_target_": dotted name, parameter: value, ...}; {"_object_": dotted name} is a function itself. Named
steps are lists of [name, SPEC], where a null SPEC is a step left out. {"_value_": "inf"} is a number that JSON lacks.
"_onnx_" beside "_target_" is for `builder.onnx.emitters`.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any, NamedTuple, Optional, Union

from sklearn.pipeline import Pipeline

from builder import allowed
from builder.compat import signatures, vocabulary
from builder.compat.arguments import Notes, arguments
from builder.trust import opening
from container.errors import recipe_error

NAMED_STEPS = ("steps", "transformer_list", "estimators", "transformers")

UNSET = (None, "deprecated")
"""What a random_state or n_jobs is that says nothing; "deprecated" is the default of one that is about to go."""


class Columns(NamedTuple):
    """The snapshot's column names by group."""

    numeric: list[str]
    categorical: list[str]
    boolean: list[str]
    text: list[str]
    date: list[str]
    all: list[str]


def columns_of(schema: dict) -> Columns:
    """The column groups of a snapshot's schema, in its order."""
    groups = [[c["name"] for c in schema["columns"] if c["kind"] == kind] for kind in Columns._fields[:-1]]
    return Columns(*groups, [column["name"] for column in schema["columns"]])


class Context(NamedTuple):
    """What every part of a pipeline is built with."""

    columns: Columns
    notes: Notes


def pipeline(recipe: dict, columns: Columns, notes: Optional[Notes] = None) -> Pipeline:
    """The model that a recipe describes, not fitted, every random_state set. Raises recipe errors.

    `notes` takes what was translated for the installed version.
    """
    parts = recipe["pipeline"]
    [last] = parts.keys() - {"preprocessing"}
    context = Context(columns, Notes(recipe["defaults"]) if notes is None else notes)
    steps = [
        (name, _build(parts[name], f"pipeline.{name}", context))
        for name in ("preprocessing", last)
        if parts[name] is not None
    ]
    return _deterministic(Pipeline(steps), recipe["seed"])


def _deterministic(model: Pipeline, seed: int) -> Pipeline:
    """Seed whatever is not seeded; refuse `n_jobs`, as threads add numbers up in the order in which they end."""
    parameters = sorted(model.get_params(deep=True).items())
    for name, value in parameters:
        if name.endswith("__n_jobs") and value not in (*UNSET, 1):
            place = "pipeline." + name.replace("__", ".")
            advice = "Leave it out: the recipe's `threads` sets the threads"
            raise recipe_error(f"{place}: n_jobs={value} is not reproducible", advice)
    seeds = {name: seed for name, value in parameters if name.endswith("__random_state") and value in UNSET}
    return model.set_params(**seeds)


def _build(value: Any, place: str, context: Context) -> Any:
    """The object of one value of a recipe, at any depth."""
    if isinstance(value, list):
        return [_build(item, f"{place}[{position}]", context) for position, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    if "_object_" in value:
        return allowed.find_function(value["_object_"], place)
    if set(value) == {"_value_"}:
        return signatures.decoded(value)
    if "_target_" in value:
        return _instance(value, place, context)
    return {name: _build(item, f"{place}.{name}", context) for name, item in value.items()}


def _instance(spec: dict, place: str, context: Context) -> Any:
    cls = allowed.find_class(spec["_target_"], place)
    given = {name: value for name, value in spec.items() if name not in ("_target_", "_onnx_")}
    here = signatures.parameters(cls)
    vocabulary.check(cls.__name__, given, here, place)
    for name, value in given.items():
        if why := opening.objection(name, value):
            raise recipe_error(f"{place}.{name}: {why}", "Give the texts themselves, and leave `memory` out")
    built = {name: _parameter(name, value, f"{place}.{name}", context) for name, value in given.items()}
    try:
        return cls(**_as_tuples(cls, arguments(cls, built, place, context.notes)))
    except (TypeError, ValueError) as error:
        raise recipe_error(f"{place}: {cls.__name__}: {error}", "Correct its parameters") from None


def _parameter(name: str, value: Any, place: str, context: Context) -> Any:
    if name in NAMED_STEPS and isinstance(value, list):
        return _named_steps(name, value, place, context)
    return _build(value, place, context)


def _named_steps(key: str, pairs: list, place: str, context: Context) -> list[tuple]:
    steps = []
    for pair in pairs:
        if not (isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)):
            raise recipe_error(f"{place}: every item is [name, step], not {pair!r}", "Write: NAME: STEP")
        name, spec = pair
        if spec is None:
            continue
        if key == "transformers":
            steps += _column_step(name, spec, f"{place}.{name}", context)
        else:
            steps.append((name, _build(spec, f"{place}.{name}", context)))
    if not steps:
        raise recipe_error(f"{place}: no step is left", "Keep one step at least, or leave the whole part out")
    return steps


def _column_step(name: str, item: Any, place: str, context: Context) -> list[tuple]:
    """One item of a ColumnTransformer; none where its columns resolve to nothing or its transformer is null."""
    if not (isinstance(item, dict) and set(item) == {"transformer", "columns"}):
        raise recipe_error(f"{place}: needs exactly the keys 'transformer' and 'columns'", "Write both, and no other")
    if item["transformer"] is None:
        return []
    if isinstance(item["columns"], dict):
        return _step_a_column(name, item, place, context)
    chosen = _resolve(item["columns"], f"{place}.columns", context)
    # What counts words takes one column by its bare name, as in scikit-learn; a list of one would be a table.
    return [(name, _build(item["transformer"], f"{place}.transformer", context), chosen)] if chosen else []


def _step_a_column(name: str, item: dict, place: str, context: Context) -> list[tuple]:
    """`columns: {each: text}`: a copy of the transformer for each column of a group, which gets it by its bare name."""
    if set(item["columns"]) != {"each"}:
        raise recipe_error(f"{place}.columns: needs the key 'each' alone", "Write: columns: {each: text}")
    chosen = _resolve(item["columns"]["each"], f"{place}.columns.each", context)
    chosen = [chosen] if isinstance(chosen, str) else chosen
    return [
        (f"{name}_{number}", _build(item["transformer"], f"{place}.transformer", context), column)
        for number, column in enumerate(chosen, start=1)
    ]


def _resolve(wanted: Any, place: str, context: Context) -> Union[str, list[str]]:
    """Names of columns, or one bare name."""
    columns = context.columns
    if isinstance(wanted, str) and wanted in Columns._fields:
        return list(getattr(columns, wanted))
    if isinstance(wanted, str) and wanted in columns.all:
        return wanted
    if not isinstance(wanted, list):
        groups = ", ".join(Columns._fields)
        near = _near(wanted, columns.all)
        message = f"{place}: {wanted!r} is not one of {groups}, a column, or a list of columns{near}"
        raise recipe_error(message, "Name one of them")
    for name in wanted:
        if name not in columns.all:
            message = f"{place}: the dataset has no column {name!r}{_near(name, columns.all)}"
            raise recipe_error(message, "Name one of its columns")
    return list(wanted)


def _near(name: Any, valid: Sequence[str]) -> str:
    near = difflib.get_close_matches(str(name), valid, n=1)
    return f": did you mean {near[0]!r}?" if near else ""


def _as_tuples(cls: type, given: dict) -> dict:
    """JSON has no tuples: a list becomes one where the parameter's default is a tuple (feature_range and the like)."""
    defaults = {name: parameter.default for name, parameter in signatures.parameters(cls).items()}
    return {
        name: tuple(value) if isinstance(value, list) and isinstance(defaults.get(name), tuple) else value
        for name, value in given.items()
    }

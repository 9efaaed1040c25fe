"""One line for what pydantic found wrong in a YAML file: the file, the key, the value, the nearest valid key."""

from __future__ import annotations

import difflib
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from remodel.errors import UsageError

Model = TypeVar("Model", bound=BaseModel)


def parse(kind: type[Model], content: Any, where: str) -> Model:
    """`content`, from the file `where`, as a `kind`; UsageError with the key and the nearest valid one."""
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        raise UsageError(explain(kind, error, where)) from error


def explain(kind: type[BaseModel], error: ValidationError, where: str) -> str:
    """The problem to tell first: a misspelt key, because it is also why another key is missing."""
    first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    place = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"{where} has an unknown key {place!r}: {_nearest(kind, first)}"
    if first["type"] == "missing":
        return f"{where} lacks the key {place!r}"
    reason = first["msg"].removeprefix("Value error, ")
    reason = reason[0].lower() + reason[1:]
    is_whole = not place or isinstance(first["input"], dict)
    return f"{where}: {reason}" if is_whole else f"{where}: {place} is {first['input']!r}: {reason}"


def _nearest(kind: type[BaseModel], problem: ErrorDetails) -> str:
    *parents, key = (str(part) for part in problem["loc"])
    inner: Any = kind
    for parent in parents:
        # A model's field, the values of a mapping, or the items of a sequence.
        items = [item for item in get_args(inner) if item is not ...]
        inner = inner.model_fields[parent].annotation if hasattr(inner, "model_fields") else items[-1]
    valid = sorted(inner.model_fields)
    near = difflib.get_close_matches(key, valid, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return f"{hint}valid: {', '.join(valid)}"

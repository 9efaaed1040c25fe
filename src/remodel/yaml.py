"""Reading a YAML file and checking what it holds, with one line for a slip: the file, the key, the nearest one."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from remodel.errors import UsageError
from remodel.files import storage_errors

Model = TypeVar("Model", bound=BaseModel)


def read_yaml(path: Path) -> Any:
    """The content of a YAML file; UsageError with the line where it does not parse."""
    with storage_errors(path, "read"):
        content = path.read_bytes()
    try:
        return yaml.load(content, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise invalid_yaml(error, path.name) from error


def invalid_yaml(error: yaml.YAMLError, name: str, root: Path | None = None) -> UsageError:
    """The UsageError for a text that is no YAML: the file below `root` where the error knows it, else `name`."""
    mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
    if mark is None:
        return UsageError(f"{name} is not valid YAML: {str(error).splitlines()[0]}")
    path = Path(mark.name)
    if root is not None and path.is_relative_to(root):
        name = str(path.relative_to(root))
    reason = getattr(error, "problem", None) or "it cannot be read"
    return UsageError(f"{name} is not valid YAML: line {mark.line + 1}: {reason}")


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

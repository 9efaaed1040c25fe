"""Reading a YAML file, with one line where it is not one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from remodel.errors import UsageError
from remodel.files import storage_errors


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

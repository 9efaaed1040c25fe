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
        text = path.read_text(encoding="utf-8")
    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise UsageError(f"{path.name} is not valid YAML: line {line}: {error.problem}") from error

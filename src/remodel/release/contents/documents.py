"""The JSON files of a release, checked against the schemas beside this module.

They are written and read by the host alone. In src/contract, a change of one would build every model again.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from remodel.errors import VerificationError
from remodel.files import canonical_json

FOLDER = Path(__file__).parent / "schemas"


@cache
def schema(kind: str) -> Any:
    """The JSON Schema of "audit", "example", "statement" or "trust"."""
    return json.loads((FOLDER / f"{kind}.schema.json").read_text(encoding="utf-8"))


def version(kind: str) -> int:
    """The schema_version that this checkout reads and writes."""
    return int(schema(kind)["properties"]["schema_version"]["const"])


def check(kind: str, document: Any, name: str) -> Any:
    """Return `document`; VerificationError with the first place in the file `name` that does not fit its schema."""
    validator = jsonschema.Draft202012Validator(schema(kind))
    errors = sorted(validator.iter_errors(document), key=lambda error: error.json_path)
    if errors:
        raise VerificationError(f"{name}: {errors[0].json_path}: {errors[0].message}")
    return document


def read(kind: str, path: Path, name: str) -> Any:
    """A JSON file of a release, which has to be in the one form that we write; VerificationError if not."""
    content = path.read_bytes()
    document = parse(content, name)
    if canonical_json(document) != content:
        raise VerificationError(f"{name} is not written as remodel writes JSON")
    return check(kind, document, name)


def parse(content: bytes, name: str) -> Any:
    """The JSON document in `content`; VerificationError where it is none.

    Python reads more than JSON has (NaN, half a surrogate pair): what cannot be written again is none.
    """
    try:
        document = json.loads(content)
        canonical_json(document)
    except (ValueError, RecursionError) as error:
        raise VerificationError(f"{name} is not valid JSON: {error}") from error
    return document

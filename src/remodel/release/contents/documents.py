"""The JSON files of a release, checked against the schemas beside this module.

They are written and read by the host alone. In src/contract, a change of one would build every model again.
"""

from __future__ import annotations

import itertools
import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
from jsonschema import validators

from contract import bounded
from remodel.errors import VerificationError
from remodel.files import canonical_json
from remodel.lines import one_line

FOLDER = Path(__file__).parent / "schemas"

LONGEST = 400
"""Characters of a document's own words in an error."""

MOST_ERRORS = 20
"""Places that are looked at to name the first: a document of somebody else may have a million."""


def _is_whole(checker: Any, value: Any) -> bool:
    """JSON Schema takes 2.0 for a whole number; Python's equality too, and another program for something else."""
    return isinstance(value, int) and not isinstance(value, bool)


CHECKER = jsonschema.Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_whole)

_extend: Any = validators.extend

Validator = _extend(jsonschema.Draft202012Validator, type_checker=CHECKER)


@cache
def schema(kind: str) -> Any:
    """The JSON Schema of "audit", "example", "oci", "statement" or "trust"."""
    return json.loads((FOLDER / f"{kind}.schema.json").read_text(encoding="utf-8"))


def version(kind: str) -> int:
    """The schema_version that this checkout reads and writes."""
    return int(schema(kind)["properties"]["schema_version"]["const"])


def check(kind: str, document: Any, name: str) -> Any:
    """Return `document`; VerificationError with the first place in the file `name` that does not fit its schema.

    "oci#index" is the part `index` of the schema "oci".
    """
    errors = sorted(
        itertools.islice(_validator(kind).iter_errors(document), MOST_ERRORS), key=lambda error: error.json_path
    )
    if errors:
        place, message = (one_line(text, LONGEST) for text in (errors[0].json_path, errors[0].message))
        raise VerificationError(f"{name}: {place}: {message}")
    return document


@cache
def _validator(kind: str) -> Any:
    whole, _, part = kind.partition("#")
    return Validator({**schema(whole), "$ref": f"#/$defs/{part}"} if part else schema(whole))


def read(kind: str, path: Path, name: str) -> Any:
    """A JSON file of a release, which has to be in the one form that we write; VerificationError if not."""
    content = path.read_bytes()
    document = parse(content, name)
    if canonical_json(document) != content:
        raise VerificationError(f"{name} is not written as remodel writes JSON")
    return check(kind, document, name)


def parse(content: bytes, name: str) -> Any:
    """The JSON document in `content`; VerificationError where it is none, or not one that every reader reads alike."""
    try:
        return bounded.parse(content)
    except bounded.Malformed as error:
        raise VerificationError(f"{name} is not valid JSON: {one_line(str(error), LONGEST)}") from error

"""The ground of both worlds: a JSON Schema of every file that they exchange, and how files are written (`files`).

Runs on every Python that a locked environment has (3.9 and newer). Schemas stand in folders by who depends on them:
`snapshot` and `build` decide what a snapshot or a model is, and a change there makes them again; `audit` and `bench`
do not.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent

USER_ERROR = 3
"""Exit code of a program in a container that describes an error of the user in error.json (kind "error")."""

LAST_WORDS = "remodel-container: "
"""How a program's last line begins where it could not even write error.json."""

UNWRITABLE = 160
"""Exit code, with the error number added, of a build that could not even write its log. Signals are below."""

LONGEST = 400
"""Characters of a document's own words in an error."""


class ContractError(ValueError):
    """A document that is not what its schema says; the message names the place and the value."""


@lru_cache(maxsize=None)
def schema(kind: str) -> Any:
    """The JSON Schema of one kind of document ("recipe", "result", ...)."""
    [path] = FOLDER.glob(f"*/{kind}.schema.json")
    return json.loads(path.read_text(encoding="utf-8"))


def version(kind: str) -> int:
    """The schema_version that this checkout reads and writes."""
    return int(schema(kind)["properties"]["schema_version"]["const"])


def check(kind: str, document: Any, name: str) -> Any:
    """Return `document`, which came from the file `name`; ContractError unless it fits the schema `kind`.

    An older and a newer schema_version get their own advice.
    """
    # Here, because the files of this package are of use where nothing is installed yet: .venv is made with them.
    import jsonschema

    found = document.get("schema_version") if isinstance(document, dict) else None
    known = version(kind)
    if isinstance(found, int) and found < known:
        raise ContractError(f"{name} has {kind} schema {found}, this checkout reads {known}: build it again")
    if isinstance(found, int) and found > known:
        raise ContractError(f"{name} has {kind} schema {found}, this checkout reads {known}: update the checkout")
    errors = sorted(jsonschema.Draft202012Validator(schema(kind)).iter_errors(document), key=lambda e: e.json_path)
    if errors:
        place, message = errors[0].json_path[:LONGEST], errors[0].message[:LONGEST]
        raise ContractError(f"{name} is not a valid {kind}: {place}: {message}")
    return document

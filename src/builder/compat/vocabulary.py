"""What a recipe may say: the newest scikit-learn's names and values. Old spellings are refused."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Sequence
from typing import Any, Optional

from builder.compat import history
from builder.compat.differences.additions import ADDED
from builder.compat.differences.rows import NOTHING, Gone, Renamed
from builder.compat.differences.table import GONE, RENAMED, RESPELLED, RETIRED
from container.errors import BuilderError, recipe_error
from container.versions import at_least, installed


def check(owner: str, given: dict[str, Any], here: Iterable[str], place: str) -> None:
    """Raise a recipe error for the first name or value of `given` that is not in the vocabulary.

    `here` are the installed class's own parameters; a parameter that only other versions have passes.
    """
    valid = newest_names(owner, here)
    for name, value in given.items():
        _check_name(owner, name, valid, place)
        _check_value(owner, name, value, place)


def installed_name(owner: str, name: str) -> tuple[str, Optional[Renamed]]:
    """What the installed version calls a parameter, and the row that says so."""
    row = _row(RENAMED, "new", owner, name)
    if row is not None and not at_least("scikit-learn", row.since):
        return row.old, row
    return name, None


def newest_names(owner: str, here: Iterable[str]) -> list[str]:
    """The installed class's parameters in a recipe's spelling, without those that went away."""
    back = {row.old: row.new for row in RENAMED if row.owner == owner}
    gone = {row.parameter for row in GONE if row.owner == owner}
    return list(dict.fromkeys(back.get(name, name) for name in here if name not in gone))


def newest_value(owner: str, name: str, value: Any) -> Any:
    """A value that a recipe may not write any more, as it is written now; others as they are."""
    row = _outdated(owner, name, value)
    return value if row is None else row.new


def same(value: Any, other: Any) -> bool:
    """Whether two values are the same to an estimator: nan is nan, a list is a tuple, True is not 1."""
    if isinstance(value, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(value) == len(other) and all(map(same, value, other))
    if isinstance(value, bool) != isinstance(other, bool):
        return False
    if isinstance(value, (int, float)) and isinstance(other, (int, float)):
        return value == other or (math.isnan(value) and math.isnan(other))
    return type(value) is type(other) and isinstance(value, (str, bool, type(None))) and value == other


def lacking(owner: str, name: str, value: Any, since: str, place: str) -> BuilderError:
    """The error for a parameter, or a value of one, that the installed version does not have yet."""
    what = f"parameter {name!r}" if history.parameter_since(owner, name) == since else f"{name}={value!r}"
    advice = f"Build this model with scikit-learn {since} or newer only, or leave it out"
    row = _row(ADDED, "parameter", owner, name)
    if row is not None and row.same_as is not NOTHING:
        advice += f"; {name}: {_yaml(row.same_as)} is what older versions do"
    return recipe_error(f"{place}: {_class(owner)} has no {what}: it came in scikit-learn {since}", advice)


def _check_name(owner: str, name: str, valid: Sequence[str], place: str) -> None:
    renamed = _row(RENAMED, "old", owner, name)
    if renamed is not None:
        advice = f"{name!r} is called {renamed.new!r} since scikit-learn {renamed.since}, and in every recipe"
        raise recipe_error(f"{place}: {owner}: {name!r} is the old name of {renamed.new!r}", advice)
    gone = _row(GONE, "parameter", owner, name)
    if gone is not None:
        raise _gone(gone, place)
    if name not in valid and history.parameter_since(owner, name) is None:
        near = difflib.get_close_matches(name, valid, n=1)
        hint = f": did you mean {near[0]!r}?" if near else ":"
        raise recipe_error(f"{place}: {_class(owner)} has no parameter {name!r}{hint} valid: {', '.join(valid)}")


def _check_value(owner: str, name: str, value: Any, place: str) -> None:
    row = _outdated(owner, name, value)
    if row is not None:
        message = f"{place}.{name}: {owner}: {_yaml(value)} is the old spelling of {_yaml(row.new)}"
        raise recipe_error(message, f"Write {name}: {_yaml(row.new)} (scikit-learn {row.since}: {row.source})")


def _outdated(owner: str, name: str, value: Any) -> Any:
    """The row that refuses this value, or None."""
    rows = [*RETIRED, *(row for row in RESPELLED if row.refused)]
    return next((row for row in rows if (row.owner, row.parameter) == (owner, name) and same(row.old, value)), None)


def _gone(row: Gone, place: str) -> BuilderError:
    message = f"{place}: {row.owner} has no parameter {row.parameter!r} since scikit-learn {row.since}: {row.source}"
    return recipe_error(message, f"{row.instead[0].upper()}{row.instead[1:]}")


def _row(rows: Sequence, field: str, owner: str, name: str) -> Any:
    return next((row for row in rows if row.owner == owner and getattr(row, field) == name), None)


def _class(owner: str) -> str:
    return f"{owner} of scikit-learn {installed('scikit-learn')}"


def _yaml(value: Any) -> str:
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)

"""Spells a class's parameters, which are in the newest vocabulary, for the installed scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple, Optional

from builder.compat import history
from builder.compat.differences.additions import ADDED, NEW_VALUES
from builder.compat.differences.rows import ANY, NOTHING, SAME, Implied
from builder.compat.differences.table import GONE, IMPLIED, RESPELLED
from builder.compat.vocabulary import installed_name, same
from container.versions import at_least


class Change(NamedTuple):
    """One difference between a recipe and what the installed version was told, with its row of the table."""

    parameter: str
    recipe: str
    here: str
    since: str
    source: str


@dataclass
class Spelling:
    """Keyword arguments for the installed class, what was changed for them, and what cannot be said to it.

    `lacking` holds, by parameter, the version in which it, or its value, came.
    """

    values: dict[str, Any] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    lacking: dict[str, str] = field(default_factory=dict)


def spelled(owner: str, parameters: dict[str, Any], here: dict[str, Any]) -> Spelling:
    """`parameters` in the installed version's words; `here` holds its own parameters with their defaults."""
    spelling = Spelling()
    implied = _implied(owner, parameters)
    if implied is not None:
        _apply(implied, parameters, spelling)
    for name, value in parameters.items():
        if implied is None or name not in dict(implied.written):
            _spell(owner, name, value, {**here, **parameters}, here, spelling)
    return spelling


def former(owner: str) -> dict[str, Any]:
    """What makes the installed version do what newer ones do without being told."""
    rows = [row for row in GONE if row.owner == owner and row.written is not NOTHING]
    return {row.parameter: row.written for row in rows if not at_least("scikit-learn", row.before)}


def shown(name: str, value: Any) -> str:
    """ "loss='log_loss'"; an estimator by its class."""
    plain = value is None or isinstance(value, (bool, int, float, str, list, tuple))
    return f"{name}={value!r}" if plain else f"{name}={type(value).__name__}"


def _implied(owner: str, parameters: dict[str, Any]) -> Optional[Implied]:
    for row in IMPLIED:
        if row.owner == owner and not at_least("scikit-learn", row.since):
            given = dict(row.given)
            if all(name in parameters and _matches(given[name], parameters[name]) for name in given):
                return row
    return None


def _apply(row: Implied, parameters: dict[str, Any], spelling: Spelling) -> None:
    words = {name: parameters[name] if value is SAME else value for name, value in row.written}
    spelling.values.update(words)
    here = ", ".join(shown(name, value) for name, value in words.items())
    for name, _ in row.given:
        spelling.changes.append(Change(name, shown(name, parameters[name]), here, row.since, row.source))


def _spell(owner: str, name: str, value: Any, context: dict, here: dict, spelling: Spelling) -> None:
    recipe = shown(name, value)
    value, row = _value(owner, name, value, context)
    word, renamed = installed_name(owner, name)
    since = _value_since(owner, name, value)
    if word not in here:
        _leave_out(owner, name, value, recipe, spelling)
    elif since is not None:
        spelling.lacking[name] = since
    else:
        spelling.values[word] = value
        for change in filter(None, (row, renamed)):
            spelling.changes.append(Change(name, recipe, shown(word, value), change.since, change.source))


def _value(owner: str, name: str, value: Any, context: dict) -> tuple[Any, Any]:
    for row in RESPELLED:
        if (row.owner, row.parameter) == (owner, name) and same(row.new, value):
            fits = all(same(context.get(key), wanted) for key, wanted in row.when)
            if fits and not at_least("scikit-learn", row.since):
                return row.old, row
    return value, None


def _value_since(owner: str, name: str, value: Any) -> Optional[str]:
    for row in NEW_VALUES:
        if (row.owner, row.parameter) == (owner, name) and same(row.value, value):
            return None if at_least("scikit-learn", row.since) else row.since
    return None


def _leave_out(owner: str, name: str, value: Any, recipe: str, spelling: Spelling) -> None:
    """A parameter that is not there: nothing is lost where its value does what the version does anyway."""
    row = next((row for row in ADDED if (row.owner, row.parameter) == (owner, name)), None)
    if row is not None and row.same_as is not NOTHING and same(row.same_as, value):
        spelling.changes.append(Change(name, recipe, "left out: what it always does", row.since, row.source))
    else:
        spelling.lacking[name] = row.since if row else history.parameter_since(owner, name) or "0"


def _matches(wanted: Any, value: Any) -> bool:
    return wanted is ANY or same(wanted, value)

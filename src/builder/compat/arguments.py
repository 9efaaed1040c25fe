"""From the parameters in a recipe to the keyword arguments of the installed class, with notes of what was done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from builder.compat import pinned, signatures, vocabulary
from builder.compat.spelling import former, spelled

PINNED = "pinned"


@dataclass
class Notes:
    """What result.json says of a pipeline's parameters: what was translated, which defaults differ from the pinned."""

    defaults: str = PINNED
    translated: list[dict] = field(default_factory=list)
    differing: list[dict] = field(default_factory=list)


def arguments(cls: type, given: dict[str, Any], place: str, notes: Notes) -> dict[str, Any]:
    """Keyword arguments for `cls`. Raises a recipe error for what the installed version cannot be told.

    `given` has passed `vocabulary.check`; its values are objects already.
    """
    owner = cls.__name__
    here = {name: parameter.default for name, parameter in signatures.parameters(cls).items()}
    spelling = spelled(owner, {**_pins(owner, notes), **given}, here)
    for name, since in spelling.lacking.items():
        if name in given:
            raise vocabulary.lacking(owner, name, given[name], since, place)
    notes.translated += [
        {"place": place, "recipe": change.recipe, "here": change.here, "since": change.since, "source": change.source}
        for change in spelling.changes
        if change.parameter in given
    ]
    notes.differing += [{"place": place, **line} for line in pinned.differing(owner, here)]
    words = {vocabulary.installed_name(owner, name)[0] for name in given}
    values = {**(former(owner) if notes.defaults == PINNED else {}), **spelling.values}
    return {name: value for name, value in values.items() if name in words or _matters(here, name, value)}


def _pins(owner: str, notes: Notes) -> dict[str, Any]:
    return pinned.values(owner) if notes.defaults == PINNED else {}


def _matters(here: dict[str, Any], name: str, value: Any) -> bool:
    """Whether writing a default out says anything to this version."""
    return name in here and here[name] != pinned.DEPRECATED and not vocabulary.same(here[name], value)

"""The kinds of rows that the table of differences between scikit-learn versions is made of.

Recipes speak the newest version's vocabulary. `since` is the version of scikit-learn's changelog ("What's new") that
`source` sums up; every row holds for the class `owner`.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Mark:
    """A value that is none: compared by identity, shown by its name."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


ANY = Mark("any value")
SAME = Mark("the same value")
NOTHING = Mark("no value")


class Renamed(NamedTuple):
    """Before `since`, the parameter `new` was called `old`. `old` is refused in recipes."""

    owner: str
    new: str
    old: str
    since: str
    source: str


class Respelled(NamedTuple):
    """Before `since`, the value `new` was written `old`, where the parameters in `when` have these values.

    `old` is refused in recipes, unless it still means something else or the same there (`refused` False).
    """

    owner: str
    parameter: str
    new: Any
    old: Any
    since: str
    source: str
    refused: bool = True
    when: tuple = ()


class Retired(NamedTuple):
    """The value `old` went away in `since`; `new` means the same in every version. `old` is refused in recipes."""

    owner: str
    parameter: str
    old: Any
    new: Any
    since: str
    source: str


class Gone(NamedTuple):
    """The parameter went away (or lost its effect) in `since`, and is refused in recipes, with `instead` as advice.

    Before the version `before`, `written` makes it do what newer versions do.
    """

    owner: str
    parameter: str
    since: str
    instead: str
    source: str
    before: str = "0"
    written: Any = NOTHING


class Implied(NamedTuple):
    """Before `since`, the parameters `given` of a recipe were said by the parameters `written`. First match counts."""

    owner: str
    given: tuple
    written: tuple
    since: str
    source: str


class Added(NamedTuple):
    """The optional parameter came in `since`; before, the class did what the value `same_as` does now."""

    owner: str
    parameter: str
    since: str
    same_as: Any
    source: str


class NewValue(NamedTuple):
    """The parameter takes `value` since `since`; no older version can do the same."""

    owner: str
    parameter: str
    value: Any
    since: str
    source: str


class NewDefault(NamedTuple):
    """In `since`, the parameter's default became another one; both values mean the same in all versions."""

    owner: str
    parameter: str
    since: str
    source: str


class Kept(NamedTuple):
    """Deprecated in `since`, but part of the vocabulary: nothing else says the same to the versions before."""

    owner: str
    parameter: str
    since: str
    source: str


class Meaning(NamedTuple):
    """The same parameter and value do something else since `since`, or a method came: nothing can be translated."""

    owner: str
    parameter: str
    since: str
    source: str

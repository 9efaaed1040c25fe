"""What stands in the place of objects while a pickle is read: names that are not looked up, calls that are not made."""

from __future__ import annotations

from typing import Any, NamedTuple


class Name(NamedTuple):
    """A global that a pickle refers to, as it spells it."""

    module: str
    attribute: str

    def __str__(self) -> str:
        return f"{self.module}.{self.attribute}"


class Made:
    """What a call of `maker` would return, with what is put into it afterwards. `how`: the operation that asks."""

    __slots__ = ("arguments", "how", "items", "maker", "pairs", "states")

    def __init__(self, maker: Any, arguments: Any, how: str) -> None:
        self.maker, self.arguments, self.how = maker, arguments, how
        self.states: list[Any] = []
        self.items: list[Any] = []
        self.pairs: list[tuple[Any, Any]] = []

    @property
    def state(self) -> dict[str, Any]:
        """Its attributes by name, as its last state has them; none where it is no mapping."""
        found: dict[str, Any] = {}
        for state in self.states:
            for part in state if isinstance(state, tuple) else (state,):
                if isinstance(part, Pairs):
                    # Python 2 wrote names of attributes as bytes.
                    named = (
                        (key.decode("latin1") if isinstance(key, bytes) else key, value) for key, value in part.pairs
                    )
                    found.update({key: value for key, value in named if isinstance(key, str)})
        return found


class Pairs:
    """A mapping, whose keys may be anything."""

    __slots__ = ("pairs",)

    def __init__(self) -> None:
        self.pairs: list[tuple[Any, Any]] = []


class Members:
    """A set."""

    __slots__ = ("items",)

    def __init__(self, items: list[Any] | None = None) -> None:
        self.items = [] if items is None else items


class Elements(NamedTuple):
    """The type of an array's elements: numpy's letter, size in bytes, the fields of a record, the order of bytes."""

    code: str
    size: int
    fields: tuple[str, ...] = ()
    big_endian: bool = False

    @property
    def are_objects(self) -> bool:
        """Whether they are pickles of their own."""
        return self.code == "O"


class Array:
    """An array: `objects` where its elements are such, bytes of few numbers; others stay where they are."""

    __slots__ = ("elements", "objects", "shape")

    def __init__(self, elements: Elements | None, shape: tuple[int, ...], objects: Any = None) -> None:
        self.elements, self.shape, self.objects = elements, shape, objects


class Bulk(NamedTuple):
    """So many bytes, which stay where they are."""

    size: int


class Missing(NamedTuple):
    """What a pickle leaves to whoever loads it: a persistent id, a buffer, an extension's number, a file beside it."""

    what: str
    value: Any

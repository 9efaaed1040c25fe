"""A machine for pickle's operations, of all protocols, that makes symbols instead of objects.

Sources: `Lib/pickletools.py` of CPython (operations), `joblib/numpy_pickle.py` (arrays that stand raw behind their
wrapper), `numpy/core/src/multiarray/methods.c` (the state of an array).
"""

from __future__ import annotations

import codecs
import struct
from collections.abc import Callable
from typing import Any

from pickles.budget import NESTED, TEXT, Budget, Unreadable
from pickles.elements import elements_of
from pickles.packing import Content
from pickles.symbols import Array, Bulk, Elements, Made, Members, Missing, Name, Pairs

LARGE = 64 << 10
"""Bytes that are no name and no text that anybody reads."""

LOOK = 4096
"""Operations between two looks at the budget."""

WRAPPERS = ("joblib.numpy_pickle", "sklearn.externals.joblib.numpy_pickle")
"""Modules of joblib's wrappers of arrays."""

RECONSTRUCT = ("numpy.core.multiarray", "numpy._core.multiarray", "numpy.core.numeric", "numpy._core.numeric")

Files = Callable[[str], Any | None]
"""The value of a file beside the pickle, by its name; None where it is not there."""


class Machine:
    """Reads one pickle of a content, from a place on."""

    def __init__(self, content: Content, budget: Budget, files: Files, place: int = 0, depth: int = 0) -> None:
        if depth > NESTED:
            raise Unreadable(f"more than {NESTED} pickles stand in each other")
        self.content, self.budget, self.files = content, budget, files
        self.place, self.depth = place, depth
        self.protocol, self.nested, self.inline = 0, 0, 0
        self.calls: list[Made] = []
        self.names: dict[Name, None] = {}
        self.odd: list[str] = []
        """What no pickle of a model does, in words."""
        self.sidecars: list[str] = []
        self._stack: list[Any] = []
        self._marks: list[list[Any]] = []
        self._memo: dict[int, Any] = {}

    def run(self) -> Any:
        """The value that would be loaded. Raises Unreadable."""
        content, size, since = self.content, len(self.content), 0
        try:
            while True:
                if self.place >= size:
                    raise Unreadable(f"it ends in the middle, at byte {self.place:,}")
                code = content[self.place]
                self.place += 1
                if code == 0x2E:  # STOP
                    self.budget.operate(since)
                    return self._stack.pop()
                operation = OPERATIONS.get(code)
                if operation is None:
                    raise Unreadable(f"byte {self.place - 1:,} is 0x{code:02x}, which is no operation of a pickle")
                operation(self)
                since += 1
                if since == LOOK:
                    self.budget.operate(since)
                    since = 0
        except (IndexError, KeyError):
            raise Unreadable(f"its operations contradict each other before byte {self.place:,}") from None
        except ValueError as error:
            raise Unreadable(f"a text before byte {self.place:,} is none: {str(error)[:200]}") from None
        except struct.error:
            raise Unreadable(f"it ends in the middle, at byte {size:,}") from None

    # Reading the content.

    def _bytes(self, count: int) -> bytes:
        if count < 0 or self.place + count > len(self.content):
            raise Unreadable(f"it ends in the middle: {count:,} bytes were to follow byte {self.place:,}")
        found = bytes(self.content[self.place : self.place + count])
        self.place += count
        return found

    def content_of(self, count: int) -> None:
        """Bytes as a value; of many only how many there are."""
        if count > LARGE:
            self._skip(count)
            self._push(Bulk(count))
        else:
            self._push(self._bytes(count))

    def _skip(self, count: int) -> None:
        if count < 0 or self.place + count > len(self.content):
            raise Unreadable(f"it ends in the middle: {count:,} bytes were to follow byte {self.place:,}")
        self.place += count

    def _number(self, form: str) -> int:
        size = struct.calcsize(form)
        found: int = struct.unpack(form, self._bytes(size))[0]
        return found

    def _line(self) -> bytes:
        end = self.content.find(b"\n", self.place, self.place + (64 << 20))
        if end < 0:
            raise Unreadable(f"the line that begins at byte {self.place:,} has no end")
        found = bytes(self.content[self.place : end])
        self.place = end + 1
        return found

    def _word(self) -> str:
        line = self._line()
        if len(line) > TEXT:
            raise Unreadable(f"a name or a number of {len(line):,} letters stands at byte {self.place:,}")
        return line.decode("utf-8", "backslashreplace")

    # The stack.

    def _push(self, value: Any) -> None:
        self._stack.append(value)

    def _marked(self) -> list[Any]:
        items, self._stack = self._stack, self._marks.pop()
        return items

    def mark(self) -> None:
        self._marks.append(self._stack)
        self._stack = []

    # What refers, and what would be called.

    def _name(self, module: Any, attribute: Any) -> None:
        if not isinstance(module, str) or not isinstance(attribute, str):
            self.odd.append("makes the name of a global while it is loaded")
            self._push(Name("?", "?"))
            return
        found = Name(module, attribute)
        self.names[found] = None
        self._push(found)

    def _call(self, maker: Any, arguments: Any, how: str) -> None:
        made = Made(maker, arguments, how)
        self.calls.append(made)
        self._push(_array(made) or made)

    def reduce(self) -> None:
        arguments = self._stack.pop()
        self._call(self._stack.pop(), arguments, "reduce")

    def new_object(self) -> None:
        arguments = self._stack.pop()
        self._call(self._stack.pop(), arguments, "new")

    def new_object_with_words(self) -> None:
        words, arguments = self._stack.pop(), self._stack.pop()
        self._call(self._stack.pop(), (arguments, words), "new")

    def inst(self) -> None:
        module, attribute = self._word(), self._word()
        found = Name(module, attribute)
        self.names[found] = None
        self._call(found, tuple(self._marked()), "inst")

    def obj(self) -> None:
        items = self._marked()
        self._call(items[0], tuple(items[1:]), "obj")

    def extension(self, number: int) -> None:
        self.odd.append(f"takes extension {number} of the registry of whoever loads it")
        self._push(Missing("extension", number))

    def persistent(self, value: Any) -> None:
        self.odd.append("asks whoever loads it for an object by a persistent id")
        self._push(Missing("persistent id", value))

    def build(self) -> None:
        state, target = self._stack.pop(), self._stack[-1]
        if isinstance(target, Array):
            self._fill(target, state)
        elif isinstance(target, Made):
            target.states.append(state)
            if isinstance(target.maker, Name) and target.maker.module in WRAPPERS:
                self._stack[-1] = self._wrapped(target)
        else:
            self.odd.append(f"changes {_told(target)}, which it did not make")

    def _fill(self, array: Array, state: Any) -> None:
        """(version, shape, type, whether by columns, bytes or a list of objects) of a numpy array."""
        if not isinstance(state, tuple) or len(state) < 5:
            return
        array.shape, array.elements = _shape(state[1]), elements_of(state[2])
        if isinstance(state[4], (list, bytes, Made)):
            array.objects = state[4]

    def _wrapped(self, made: Made) -> Any:
        state = made.state
        if made.maker.attribute != "NumpyArrayWrapper":
            return self._beside(state)
        elements, shape = elements_of(state.get("dtype")), _shape(state.get("shape"))
        if elements is None:
            raise Unreadable("an array has elements of no known type")
        self.inline += 1
        if elements.are_objects:
            inner = self._inner(self.content, self.place)
            value = inner.run()
            self.place = inner.place
            self._take(inner)
            return Array(elements, shape, value)
        if state.get("numpy_array_alignment_bytes") is not None:
            self._skip(self._number("B"))
        count = 1
        for length in shape:
            count *= length
        if count * elements.size <= LARGE:
            return Array(elements, shape, self._bytes(count * elements.size))
        self._skip(count * elements.size)
        return Array(elements, shape)

    def _beside(self, state: dict[str, Any]) -> Any:
        """The array of a file beside the pickle, as joblib before 0.10 wrote them."""
        name = state.get("filename")
        text = name.decode("latin1") if isinstance(name, bytes) else str(name)
        self.sidecars.append(text)
        return self.files(text) or Missing("file", text)

    def _inner(self, content: Content, place: int) -> Machine:
        return Machine(content, self.budget, self.files, place, self.depth + 1)

    def _take(self, inner: Machine) -> None:
        """What was seen in a pickle inside this one."""
        self.nested += 1 + inner.nested
        self.inline += inner.inline
        self.calls += inner.calls
        self.names.update(inner.names)
        self.odd += inner.odd
        self.sidecars += inner.sidecars
        self.protocol = max(self.protocol, inner.protocol)

    # Containers.

    def append(self, items: list[Any]) -> None:
        target = self._stack[-1]
        if isinstance(target, list):
            target += items
        elif isinstance(target, (Made, Members)):
            target.items += items
        else:
            self.odd.append(f"puts something into {_told(target)}, which it did not make")

    def put(self, items: list[Any]) -> None:
        pairs, target = list(zip(items[::2], items[1::2], strict=True)), self._stack[-1]
        if isinstance(target, (Made, Pairs)):
            target.pairs += pairs
        else:
            self.odd.append(f"puts something into {_told(target)}, which it did not make")

    def pairs(self) -> None:
        items, made = self._marked(), Pairs()
        made.pairs = list(zip(items[::2], items[1::2], strict=True))
        self._push(made)

    def several(self, count: int) -> None:
        items = self._stack[-count:]
        if len(items) < count:
            raise IndexError
        self._stack[-count:] = [tuple(items)]

    def pop(self) -> None:
        if self._stack:
            self._stack.pop()
        else:
            self._stack = self._marks.pop()

    def stack_name(self) -> None:
        attribute = self._stack.pop()
        self._name(self._stack.pop(), attribute)

    def memoize(self, place: int) -> None:
        self._memo[place] = self._stack[-1]

    def recall(self, place: int) -> None:
        self._push(self._memo[place])

    def begin(self) -> None:
        self.protocol = max(self.protocol, self._number("B"))
        if self.protocol > 5:
            raise Unreadable(f"it is of protocol {self.protocol}, and 5 is the newest")

    def text_of(self, content: bytes) -> None:
        self._push(content.decode("utf-8", "surrogatepass"))

    def quoted(self) -> None:
        """A string of Python 2, as its repr."""
        line = self._line().strip()
        if len(line) < 2 or line[:1] != line[-1:] or line[:1] not in (b"'", b'"'):
            raise Unreadable(f"a text without quotes ends at byte {self.place:,}")
        self._push(codecs.escape_decode(line[1:-1])[0])

    def integer(self) -> None:
        word = self._word()
        self._push({"00": False, "01": True}.get(word) if word in ("00", "01") else _int(word))

    def long(self, size: int) -> None:
        self._push(int.from_bytes(self._bytes(size), "little", signed=True))


def _int(word: str) -> int:
    try:
        return int(word.rstrip("L") or "0", 0 if word[:2].lower() == "0x" else 10)
    except ValueError:
        raise Unreadable(f"{word[:40]!r} is no number") from None


def _float(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise Unreadable(f"{word[:40]!r} is no number") from None


def _shape(value: Any) -> tuple[int, ...]:
    sizes = value if isinstance(value, tuple) else (value,) if isinstance(value, int) else ()
    return tuple(size for size in sizes if isinstance(size, int) and size >= 0)


def _array(made: Made) -> Array | None:
    """The array that numpy would make; None where the call makes none."""
    if not isinstance(made.maker, Name) or made.maker.module not in RECONSTRUCT:
        return None
    if made.maker.attribute == "_reconstruct":
        return Array(None, ())
    if made.maker.attribute == "_frombuffer" and isinstance(made.arguments, tuple) and len(made.arguments) > 2:
        elements = elements_of(made.arguments[1]) or Elements("?", 0)
        return Array(elements, _shape(made.arguments[2]), made.arguments[0])
    return None


def _told(value: Any) -> str:
    return str(value) if isinstance(value, Name) else "something"


def _get(form: str) -> Callable[[Machine], int]:
    return lambda machine: machine._number(form)


def _index(machine: Machine) -> int:
    return _int(machine._word())


OPERATIONS: dict[int, Callable[[Machine], Any]] = {
    0x80: Machine.begin,
    0x95: lambda m: m._skip(8),  # FRAME: what it holds follows
    ord("("): Machine.mark,
    ord("0"): Machine.pop,
    ord("1"): lambda m: m._marked(),
    ord("2"): lambda m: m._push(m._stack[-1]),
    ord("F"): lambda m: m._push(_float(m._word())),
    ord("I"): Machine.integer,
    ord("J"): lambda m: m._push(m._number("<i")),
    ord("K"): lambda m: m._push(m._number("B")),
    ord("L"): lambda m: m._push(_int(m._word())),
    ord("M"): lambda m: m._push(m._number("<H")),
    0x8A: lambda m: m.long(m._number("B")),
    0x8B: lambda m: m.long(m._number("<i")),
    ord("N"): lambda m: m._push(None),
    0x88: lambda m: m._push(True),
    0x89: lambda m: m._push(False),
    ord("G"): lambda m: m._push(struct.unpack(">d", m._bytes(8))[0]),
    ord("P"): lambda m: m.persistent(m._word()),
    ord("Q"): lambda m: m.persistent(m._stack.pop()),
    ord("S"): Machine.quoted,
    ord("T"): lambda m: m.content_of(m._number("<i")),
    ord("U"): lambda m: m.content_of(m._number("B")),
    ord("B"): lambda m: m.content_of(m._number("<I")),
    ord("C"): lambda m: m.content_of(m._number("B")),
    0x8E: lambda m: m.content_of(m._number("<Q")),
    0x96: lambda m: m.content_of(m._number("<Q")),
    0x97: lambda m: m._push(Missing("buffer", None)),
    0x98: lambda m: None,
    ord("V"): lambda m: m._push(m._line().decode("raw-unicode-escape", "replace")),
    ord("X"): lambda m: m.text_of(m._bytes(m._number("<I"))),
    0x8C: lambda m: m.text_of(m._bytes(m._number("B"))),
    0x8D: lambda m: m.text_of(m._bytes(m._number("<Q"))),
    ord("]"): lambda m: m._push([]),
    ord("a"): lambda m: m.append([m._stack.pop()]),
    ord("e"): lambda m: m.append(m._marked()),
    ord("l"): lambda m: m._push(m._marked()),
    ord(")"): lambda m: m._push(()),
    ord("t"): lambda m: m._push(tuple(m._marked())),
    0x85: lambda m: m.several(1),
    0x86: lambda m: m.several(2),
    0x87: lambda m: m.several(3),
    ord("}"): lambda m: m._push(Pairs()),
    ord("d"): Machine.pairs,
    ord("s"): lambda m: m.put([m._stack.pop(-2), m._stack.pop()]),
    ord("u"): lambda m: m.put(m._marked()),
    0x8F: lambda m: m._push(Members()),
    0x90: lambda m: m.append(m._marked()),
    0x91: lambda m: m._push(Members(m._marked())),
    ord("g"): lambda m: m.recall(_index(m)),
    ord("h"): lambda m: m.recall(m._number("B")),
    ord("j"): lambda m: m.recall(m._number("<I")),
    ord("p"): lambda m: m.memoize(_index(m)),
    ord("q"): lambda m: m.memoize(m._number("B")),
    ord("r"): lambda m: m.memoize(m._number("<I")),
    0x94: lambda m: m.memoize(len(m._memo)),
    0x82: lambda m: m.extension(m._number("B")),
    0x83: lambda m: m.extension(m._number("<H")),
    0x84: lambda m: m.extension(m._number("<i")),
    ord("c"): lambda m: m._name(m._word(), m._word()),
    0x93: Machine.stack_name,
    ord("R"): Machine.reduce,
    ord("b"): Machine.build,
    ord("i"): Machine.inst,
    ord("o"): Machine.obj,
    0x81: Machine.new_object,
    0x92: Machine.new_object_with_words,
}
"""By their codes; STOP ends the machine."""

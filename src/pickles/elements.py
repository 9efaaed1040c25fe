"""The types of arrays' elements, as a pickle spells them."""

from __future__ import annotations

import re
from typing import Any

from pickles.symbols import Elements, Made, Name, Pairs

SPELLED = re.compile(r"[<>|=]?([biufcOSUVMma?])(\d*)")

ONE_LETTER = {"?": 1, "b": 1, "O": 8}

OLD_NAMES = {"float64": ("f", 8), "float32": ("f", 4), "int64": ("i", 8), "int32": ("i", 4), "bool": ("b", 1)}


def elements_of(value: Any) -> Elements | None:
    """The type that a symbolic `numpy.dtype(...)` would be; None where it is none that is known."""
    if isinstance(value, Name):
        return _spelled(value.attribute) if value.module == "numpy" else None
    if not isinstance(value, Made) or not isinstance(value.maker, Name) or value.maker.attribute != "dtype":
        return None
    first = value.arguments[0] if isinstance(value.arguments, tuple) and value.arguments else None
    found = _spelled(_text(first))
    if found is None:
        return None
    if _is_big_endian(_text(first), value):
        found = found._replace(big_endian=True)
    return found._replace(fields=_fields(value)) if found.code == "V" else found


def _is_big_endian(text: str, value: Made) -> bool:
    told = [_text(state[1]) for state in value.states if isinstance(state, tuple) and len(state) > 1]
    return text.startswith(">") or ">" in told


def _fields(value: Made) -> tuple[str, ...]:
    for state in value.states:
        if isinstance(state, tuple) and len(state) > 3 and isinstance(state[3], tuple):
            return tuple(_text(name) for name in state[3])
        if isinstance(state, tuple) and len(state) > 4 and isinstance(state[4], Pairs):
            return tuple(_text(key) for key, _ in state[4].pairs)
    return ()


def _spelled(text: str) -> Elements | None:
    if text in OLD_NAMES:
        return Elements(*OLD_NAMES[text])
    match = SPELLED.fullmatch(text)
    if match is None:
        return None
    code, size = match[1], int(match[2] or ONE_LETTER.get(match[1], 0))
    if code == "U":
        size *= 4
    return Elements("b" if code == "?" else code, size) if size or code in "SUV" else None


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("latin1")
    return value if isinstance(value, str) else ""

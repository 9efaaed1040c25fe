"""Lines of what a program prints, however much it prints without ending one; and text without control characters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

LONGEST = 64 << 10
"""Bytes of a line of a job; the rest of a longer one is dropped."""

CUT = " ... [the rest of the line was dropped]"


class Lines:
    """Splits bytes into lines of text as they come. Never holds more than the longest line may have."""

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._begun = bytearray()
        self._cut = self._returned = False

    def feed(self, chunk: bytes) -> Iterator[str]:
        """The lines that end in `chunk`, by a line feed, a carriage return or both, without their ends."""
        if self._returned and chunk.startswith(b"\n"):
            chunk = chunk[1:]
        self._returned = chunk.endswith(b"\r")
        for piece in chunk.splitlines(keepends=True):
            text = piece.rstrip(b"\r\n")
            room = self._longest - len(self._begun)
            self._begun += text[:room]
            self._cut = self._cut or len(text) > room
            if len(piece) > len(text):
                yield self._take()

    def end(self) -> Iterator[str]:
        """The last line, where nothing ended it."""
        if self._begun:
            yield self._take()

    def _take(self) -> str:
        line = self._begun.decode(errors="replace") + (CUT if self._cut else "")
        self._begun.clear()
        self._cut = False
        return line


def visible(text: str) -> str:
    """`text` with its control characters spelled out (\\x1b): terminal escapes, line ends, and what turns the direction
    of text or is not seen at all. Tabs and spaces of every kind stay, and so do all letters."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() or _is_space(sign) else _spelled(sign) for sign in text)


def one_line(text: str, longest: int = 2000) -> str:
    """`text` as one visible line of at most so many characters."""
    line = visible(" ".join(text[: 4 * longest].split()))
    return line if len(line) <= longest else f"{line[:longest]} ... [cut]"


def _is_space(sign: str) -> bool:
    return sign == "\t" or unicodedata.category(sign) == "Zs"


def _spelled(sign: str) -> str:
    return sign.encode("unicode_escape").decode()
